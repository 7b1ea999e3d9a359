-- Totals of the closed shape get the smallest group added.
SELECT count(*) FROM totals;
SELECT COUNT(*) FROM "_g2" AS "totals" HAVING COUNT(DISTINCT "_unit0") >= 10;
SELECT region, sum(amount) AS total, avg(amount), count(amount), count(DISTINCT region) FROM totals WHERE amount > 3 GROUP BY region ORDER BY total DESC LIMIT 5;
SELECT "region", SUM("amount") AS "total", AVG("amount"), COUNT("amount"), COUNT(DISTINCT "region") FROM "_g2" AS "totals" WHERE "amount" > 3 GROUP BY "region" HAVING COUNT(DISTINCT "_unit0") >= 10 ORDER BY "total" DESC LIMIT 5;
SELECT region FROM totals GROUP BY region HAVING sum(amount) > 100 OR count(*) > 5;
SELECT "region" FROM "_g2" AS "totals" GROUP BY "region" HAVING (SUM("amount") > 100 OR COUNT(*) > 5) AND COUNT(DISTINCT "_unit0") >= 10;

-- A dataset without that obligation is not concerned.
SELECT max(id) FROM persons;
SELECT MAX("id") FROM "_g0" AS "persons";
