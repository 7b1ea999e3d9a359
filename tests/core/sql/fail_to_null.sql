-- A cast is a try, except where it cannot fail.
SELECT CAST(name AS INTEGER) AS n, CAST(id AS VARCHAR) AS t, DATE '2026-01-31' AS d FROM persons;
SELECT TRY_CAST("name" AS INT) AS "n", CAST("id" AS TEXT) AS "t", CAST('2026-01-31' AS DATE) AS "d" FROM "_g0" AS "persons";
-- A column of the answer keeps its name.
SELECT id::INTEGER, id + 1, * REPLACE (id + 1 AS id) FROM persons;
SELECT TRY_CAST("id" AS INT) AS "CAST(id AS INT)", TRY("id" + 1) AS "id + 1", * REPLACE (TRY("id" + 1) AS "id") FROM "_g0" AS "persons";
-- Sums can overflow; a sum within a sum is tried with it; decimals with digits enough cannot.
SELECT id * 2 + 1 AS a, amount + 1 AS b, amount / 2 AS c, amount * amount AS d FROM persons;
SELECT TRY(TRY("id" * 2) + 1) AS "a", "amount" + 1 AS "b", "amount" / 2 AS "c", TRY("amount" * "amount") AS "d" FROM "_g0" AS "persons";
-- A group by an expression finds that expression again.
SELECT (id + 1) * 2 AS a FROM persons GROUP BY id + 1;
SELECT TRY((TRY("id" + 1)) * 2) AS "a" FROM "_g0" AS "persons" GROUP BY TRY("id" + 1);
-- What is of one kind is compared as it is, and so keeps its index and its join.
SELECT a.id FROM persons AS a JOIN persons AS b ON a.id = b.id AND a.born < 1990 AND a.amount >= 10.5 AND a.region IN ('110108', '110105');
SELECT "a"."id" FROM "_g0" AS "a" JOIN "_g0" AS "b" ON "a"."id" = "b"."id" AND "a"."born" < 1990 AND "a"."amount" >= 10.5 AND "a"."region" IN ('110108', '110105');
-- A mistyped key: the text is tried as a number. What fits nothing is tried as a whole.
SELECT a.id FROM persons AS a FULL JOIN persons AS b ON a.id = b.ssn;
SELECT "a"."id" FROM "_g0" AS "a" FULL JOIN "_g0" AS "b" ON "a"."id" = TRY_CAST("b"."ssn" AS BIGINT);
SELECT id FROM persons WHERE id = 'x' OR id IN (1, 'x') OR region OR $n = id;
SELECT "id" FROM "_g0" AS "persons" WHERE TRY("id" = 'x') OR (TRY("id" = 1) OR TRY("id" = 'x')) OR TRY_CAST("region" AS BOOLEAN) OR TRY($n = "id");
SELECT CASE WHEN id = 1 THEN 'x' ELSE 2 END AS a, coalesce(id, 'x') AS b FROM persons;
SELECT TRY(CASE WHEN "id" = 1 THEN 'x' ELSE 2 END) AS "a", TRY(COALESCE("id", 'x')) AS "b" FROM "_g0" AS "persons";
-- Days are compared as days.
SELECT 1 AS one FROM (SELECT DATE '2026-01-31' AS day FROM persons) AS p WHERE day < DATE '2026-01-31' + INTERVAL 3 MONTH;
SELECT 1 AS "one" FROM (SELECT CAST('2026-01-31' AS DATE) AS "day" FROM "_g0" AS "persons") AS "p" WHERE "day" < TRY_CAST(CAST('2026-01-31' AS DATE) + INTERVAL '3' MONTH AS DATE);
-- Functions that can fail.
SELECT sqrt(id) AS a, strptime(name, '%Y') AS b, upper(name) AS c, substring(name, 1, 2) AS d, extract(year FROM CAST(name AS DATE)) AS e FROM persons;
SELECT TRY(SQRT("id")) AS "a", TRY(STRPTIME("name", '%Y')) AS "b", UPPER("name") AS "c", SUBSTRING("name", 1, 2) AS "d", EXTRACT(YEAR FROM TRY_CAST("name" AS DATE)) AS "e" FROM "_g0" AS "persons";
-- Totals are handed into TRY from outside; they leave room for themselves.
SELECT sum(id) * 2 AS a, sum(n) AS b FROM (SELECT id, sum(id) AS n FROM persons GROUP BY id) GROUP BY id HAVING max(id) - min(id) > 3;
SELECT SUM("id") * 2 AS "a", SUM(TRY_CAST(TRY_CAST("n" AS DECIMAL(26, 0)) AS INT128)) AS "b" FROM (SELECT "id", SUM("id") AS "n" FROM "_g0" AS "persons" GROUP BY "id") GROUP BY "id" HAVING LIST_TRANSFORM([ROW(MAX("id"), MIN("id"))], LAMBDA "_h" : TRY("_h"[1] - "_h"[2]))[1] > 3;
-- A sub-query that stands for a value has one, or NULL.
SELECT (SELECT max(id) FROM persons) AS a, (SELECT id FROM persons) AS b, (SELECT id FROM persons LIMIT 1) AS c;
SELECT (SELECT MAX("id") FROM "_g0" AS "persons") AS "a", (SELECT CASE WHEN COUNT(*) <= 1 THEN ANY_VALUE("_q"."_v") END FROM (SELECT "id" FROM "_g0" AS "persons") AS "_q"("_v")) AS "b", (SELECT "id" FROM "_g0" AS "persons" LIMIT 1) AS "c";
-- How many rows is a number.
SELECT id FROM persons LIMIT (SELECT max(id) FROM persons);
SELECT "id" FROM "_g0" AS "persons" LIMIT GREATEST(COALESCE(TRY_CAST((SELECT MAX("id") FROM "_g0" AS "persons") AS BIGINT), 0), 0);
-- A recursive query has the types of its first half.
WITH RECURSIVE n AS (SELECT CAST(1 AS TINYINT) AS x UNION ALL SELECT x + 1 FROM n WHERE x < 300) SELECT x FROM n;
WITH RECURSIVE "_c0" AS (SELECT TRY_CAST(TRY_CAST(1 AS TINYINT) AS TINYINT) AS "x" UNION ALL SELECT TRY_CAST(TRY("x" + 1) AS TINYINT) AS "x + 1" FROM "_c0" AS "n" WHERE "x" < 300) SELECT "x" FROM "_c0" AS "n";
