-- Masks, rows, and the absence of what is denied stand before everything that the asker wrote.
SELECT * FROM persons;
WITH "_g0" AS NOT MATERIALIZED (SELECT "_s0"."id" AS "id", CASE WHEN "_s0"."name" IS NULL THEN NULL WHEN LENGTH("_s0"."name") > 1 THEN LEFT("_s0"."name", 1) || '**' ELSE '**' END AS "name", LEFT(SHA256(UNHEX('5c5d5e5f58595a5b54555657505152534c4d4e4f48494a4b44454647404142435c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c') || UNHEX(SHA256(UNHEX('36373435323330313e3f3c3d3a3b383926272425222320212e2f2c2d2a2b28293636363636363636363636363636363636363636363636363636363636363636') || ENCODE(UPPER(REPLACE(REPLACE("_s0"."ssn", ' ', ''), '-', '')))))), 32) AS "ssn", YEAR(TRY_CAST("_s0"."born" AS DATE)) AS "born", "_s0"."region" AS "region", "_s0"."amount" AS "amount" FROM READ_PARQUET(['lake/persons/1.parquet'], hive_partitioning = FALSE) AS "_s0" WHERE "_s0"."region" IN ('110108', '110105') AND NOT "_s0"."amount" < CAST('0.5' AS DECIMAL(12, 2))) SELECT * FROM "_g0" AS "persons";

-- Only listed columns; several files are read by name of column.
SELECT name FROM parks;
WITH "_g1" AS NOT MATERIALIZED (SELECT "_s1"."name" AS "name" FROM READ_PARQUET(['lake/parks/1.parquet', 'lake/parks/2.parquet'], hive_partitioning = FALSE, union_by_name = TRUE) AS "_s1") SELECT "name" FROM "_g1" AS "parks";

-- One head for one dataset, however often it is named; the asker's own queries come after it.
WITH x AS (SELECT * FROM parks) SELECT * FROM x JOIN parks ON true;
WITH "_g1" AS NOT MATERIALIZED (SELECT "_s1"."name" AS "name", "_s1"."面积" AS "面积" FROM READ_PARQUET(['lake/parks/1.parquet', 'lake/parks/2.parquet'], hive_partitioning = FALSE, union_by_name = TRUE) AS "_s1"), "_c0" AS (SELECT * FROM "_g1" AS "parks") SELECT * FROM "_c0" AS "x" JOIN "_g1" AS "parks" ON TRUE;

-- A set of queries, and brackets, carry the head too.
SELECT name FROM parks UNION SELECT name FROM parks;
WITH "_g1" AS NOT MATERIALIZED (SELECT "_s1"."name" AS "name" FROM READ_PARQUET(['lake/parks/1.parquet', 'lake/parks/2.parquet'], hive_partitioning = FALSE, union_by_name = TRUE) AS "_s1") SELECT "name" FROM "_g1" AS "parks" UNION SELECT "name" FROM "_g1" AS "parks";
(SELECT name FROM parks);
WITH "_g1" AS NOT MATERIALIZED (SELECT "_s1"."name" AS "name" FROM READ_PARQUET(['lake/parks/1.parquet', 'lake/parks/2.parquet'], hive_partitioning = FALSE, union_by_name = TRUE) AS "_s1") (SELECT "name" FROM "_g1" AS "parks");

-- Recursion.
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT * FROM n, parks;
WITH RECURSIVE "_g1" AS NOT MATERIALIZED (SELECT "_s1"."name" AS "name", "_s1"."面积" AS "面积" FROM READ_PARQUET(['lake/parks/1.parquet', 'lake/parks/2.parquet'], hive_partitioning = FALSE, union_by_name = TRUE) AS "_s1"), "_c0" AS (SELECT TRY_CAST(1 AS INT) AS "x" UNION ALL SELECT TRY_CAST(TRY("x" + 1) AS INT) AS "x + 1" FROM "_c0" AS "n" WHERE "x" < 3) SELECT * FROM "_c0" AS "n", "_g1" AS "parks";

-- Totals: the unit travels under a name that cannot be asked for.
SELECT region, count(*) FROM totals GROUP BY region;
WITH "_g2" AS NOT MATERIALIZED (SELECT "_s2"."region" AS "region", "_s2"."person_id" AS "_unit0" FROM READ_PARQUET(['lake/totals/1.parquet'], hive_partitioning = FALSE) AS "_s2") SELECT "region", COUNT(*) FROM "_g2" AS "totals" GROUP BY "region" HAVING COUNT(DISTINCT "_unit0") >= 10;

-- No dataset, no head.
SELECT 1 AS one;
SELECT 1 AS "one";
