-- Totals of the closed shape get the smallest group added.
SELECT count(*) FROM totals;
SELECT COUNT(*) FROM "_g2" AS "totals" HAVING COUNT(DISTINCT "_unit0") >= 10;
SELECT region, sum(amount) AS total, avg(amount), count(amount), count(DISTINCT region) FROM totals WHERE amount > 3 GROUP BY region ORDER BY total DESC LIMIT 5;
SELECT "region", SUM("amount") AS "total", AVG("amount"), COUNT("amount"), COUNT(DISTINCT "region") FROM "_g2" AS "totals" WHERE "amount" > 3 GROUP BY "region" HAVING COUNT(DISTINCT "_unit0") >= 10 ORDER BY "total" DESC LIMIT 5;
SELECT region FROM totals GROUP BY region HAVING sum(amount) > 100 OR count(*) > 5;
SELECT "region" FROM "_g2" AS "totals" GROUP BY "region" HAVING (SUM("amount") > TRY_CAST(100 AS DOUBLE) OR COUNT(*) > TRY_CAST(5 AS DOUBLE)) AND COUNT(DISTINCT "_unit0") >= 10;

-- A dataset without that obligation is not concerned.
SELECT max(id) FROM persons;
SELECT MAX("id") FROM "_g0" AS "persons";

-- Constants take a type in which no comparison can fail: a failure would tell about one row.
SELECT count(*) FROM totals WHERE region = 1 AND amount > 5.5 AND amount <> 7 AND (NOT region LIKE 'a%' OR amount IS NULL);
SELECT COUNT(*) FROM "_g2" AS "totals" WHERE "region" = TRY_CAST(1 AS TEXT) AND "amount" > TRY_CAST(5.5 AS DECIMAL(38, 9)) AND "amount" <> 7 AND (NOT "region" LIKE 'a%' OR "amount" IS NULL) HAVING COUNT(DISTINCT "_unit0") >= 10;
SELECT region AS r, avg(amount) AS a FROM totals WHERE region IN ('1', ?) AND amount BETWEEN -5 AND CAST('7' AS INT) GROUP BY region ORDER BY a LIMIT 3;
SELECT "region" AS "r", AVG("amount") AS "a" FROM "_g2" AS "totals" WHERE "region" IN ('1', TRY_CAST($1 AS TEXT)) AND "amount" BETWEEN TRY_CAST(-5 AS DECIMAL(38, 9)) AND TRY_CAST('7' AS DECIMAL(38, 9)) GROUP BY "region" HAVING COUNT(DISTINCT "_unit0") >= 10 ORDER BY "a" LIMIT 3;
