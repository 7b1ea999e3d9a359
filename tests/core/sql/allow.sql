-- What is listed passes as it is; only its spelling becomes that of the engine.
SELECT a, count(*) FROM t WHERE b LIKE 'x%' GROUP BY a HAVING count(*) > 1 ORDER BY a NULLS FIRST LIMIT 10 OFFSET 2;
SELECT "a", COUNT(*) FROM "t" WHERE "b" LIKE 'x%' GROUP BY "a" HAVING COUNT(*) > 1 ORDER BY "a" NULLS FIRST LIMIT 10 OFFSET 2;

-- Comments and hints do not pass.
SELECT /*+ hint */ a /* comment */ FROM t;
SELECT "a" FROM "t";

-- The shorter spellings of the dialect.
FROM t;
SELECT * FROM "t";
TABLE t;
SELECT * FROM "t";
FROM t SELECT a WHERE b = 1;
SELECT "a" FROM "t" WHERE "b" = 1;

-- Names that are functions without brackets are quoted, and so are columns.
SELECT user, session_name FROM t;
SELECT "user", "session_name" FROM "t";

-- Windows, own queries, sets.
WITH x AS MATERIALIZED (SELECT a, row_number() OVER (PARTITION BY b ORDER BY c DESC) AS n FROM t) SELECT * FROM x WHERE n = 1 UNION ALL SELECT a, 0 FROM u;
WITH "x" AS MATERIALIZED (SELECT "a", ROW_NUMBER() OVER (PARTITION BY "b" ORDER BY "c" DESC) AS "n" FROM "t") SELECT * FROM "x" WHERE "n" = 1 UNION ALL SELECT "a", 0 FROM "u";
SELECT sum(a) FILTER (WHERE b > 0), avg(a) OVER w FROM t WINDOW w AS (ORDER BY c ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) QUALIFY rank() OVER (ORDER BY a) < 3;
SELECT SUM("a") FILTER(WHERE "b" > 0), AVG("a") OVER "w" FROM "t" WINDOW "w" AS (ORDER BY "c" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) QUALIFY RANK() OVER (ORDER BY "a") < 3;
SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) FROM t;
SELECT * EXCLUDE ("a") REPLACE ("b" + 1 AS "b") FROM "t";
SELECT a FROM t GROUP BY ROLLUP (a) ORDER BY ALL;
SELECT "a" FROM "t" GROUP BY ROLLUP ("a") ORDER BY ALL;

-- Values beside the text.
SELECT * FROM t WHERE a = ? AND b = ?;
SELECT * FROM "t" WHERE "a" = $1 AND "b" = $2;
SELECT * FROM t WHERE a = $name;
SELECT * FROM "t" WHERE "a" = $name;

-- Dates, text, numbers.
SELECT date_trunc('month', d), extract(year FROM d), d + INTERVAL 3 DAY, strftime(d, '%Y'), date_diff('day', d, e) FROM t;
SELECT DATE_TRUNC('MONTH', "d"), EXTRACT(YEAR FROM "d"), "d" + INTERVAL '3' DAY, STRFTIME("d", '%Y'), DATE_DIFF('DAY', "d", "e") FROM "t";
SELECT regexp_replace(a, 'b', 'c', 'g'), split_part(a, ',', 1), substring(a, 1, 2), a || 'x', CAST(a AS DECIMAL(10, 2)), TRY_CAST(a AS INT) FROM t;
SELECT REGEXP_REPLACE("a", 'b', 'c', 'g'), SPLIT_PART("a", ',', 1), SUBSTRING("a", 1, 2), "a" || 'x', CAST("a" AS DECIMAL(10, 2)), TRY_CAST("a" AS INT) FROM "t";
SELECT quantile_cont(a, 0.5), median(a), mode(a), string_agg(b, ',' ORDER BY b), approx_count_distinct(a) FROM t;
SELECT QUANTILE_CONT("a", 0.5), MEDIAN("a"), MODE("a"), LISTAGG("b", ',' ORDER BY "b"), APPROX_COUNT_DISTINCT("a") FROM "t";
SELECT * FROM generate_series(1, 10) AS g(x), unnest([1, 2]) AS u(y);
SELECT * FROM GENERATE_SERIES(1, 10) AS "g"("x") JOIN UNNEST([1, 2]) AS "u"("y") ON TRUE;
