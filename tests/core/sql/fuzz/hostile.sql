-- Each line is one text that must be refused with a code, in every dialect. Lines with -- are words to the reader.
-- Statements that write, change, load or look around.
COPY persons TO '/tmp/x.csv'
COPY (SELECT * FROM persons) TO 'x.parquet' (FORMAT parquet)
COPY persons FROM 'x.csv'
COPY FROM DATABASE a TO b
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
ATTACH ':memory:' AS m
ATTACH 'x.db'
DETACH m
USE memory.main
INSTALL httpfs
FORCE INSTALL httpfs FROM 'http://127.0.0.1'
LOAD httpfs
UPDATE EXTENSIONS
SET threads = 8
SET VARIABLE x = (SELECT max(id) FROM persons)
RESET VARIABLE x
SET SESSION memory_limit = '10GB'
RESET enable_external_access
PRAGMA database_size
PRAGMA table_info('persons')
PRAGMA enable_profiling
CALL pragma_version()
CALL dbgen(sf = 1)
CHECKPOINT
FORCE CHECKPOINT
VACUUM
ANALYZE persons
EXPLAIN SELECT 1
EXPLAIN ANALYZE SELECT * FROM persons
DESCRIBE persons
DESCRIBE SELECT * FROM persons
SHOW TABLES
SHOW ALL TABLES
SHOW ALL
SHOW persons
SUMMARIZE persons
SUMMARIZE SELECT * FROM persons
FROM (DESCRIBE persons)
FROM (SUMMARIZE persons)
FROM (SHOW TABLES)
SELECT * FROM (SUMMARIZE SELECT * FROM persons)
SELECT column_name FROM (DESCRIBE SELECT * FROM persons)
PREPARE q AS SELECT * FROM persons
EXECUTE q
DEALLOCATE q
BEGIN
COMMIT
ROLLBACK
CREATE TABLE x AS SELECT * FROM persons
CREATE TEMP TABLE x (a INT)
CREATE OR REPLACE VIEW persons AS SELECT 1
CREATE SCHEMA s
CREATE MACRO f(a) AS a + 1
CREATE MACRO t() AS TABLE SELECT 1
CREATE FUNCTION f(a) AS a
CREATE SECRET s (TYPE s3)
CREATE PERSISTENT SECRET s (TYPE s3)
CREATE TYPE t AS ENUM ('a')
CREATE TYPE t AS ENUM (SELECT name FROM persons)
CREATE SEQUENCE s
CREATE INDEX i ON persons (id)
ALTER TABLE persons ADD COLUMN x INT
DROP TABLE persons
DROP SCHEMA main CASCADE
TRUNCATE persons
INSERT INTO persons SELECT * FROM persons
INSERT INTO persons VALUES (1) RETURNING *
UPDATE persons SET name = 'x'
DELETE FROM persons
DELETE FROM persons RETURNING *
MERGE INTO persons USING persons AS p ON true WHEN MATCHED THEN DELETE
WITH x AS (DELETE FROM persons RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO persons VALUES (1) RETURNING *) SELECT * FROM x
WITH x AS (SELECT 1) INSERT INTO persons SELECT * FROM x
GRANT SELECT ON persons TO public
COMMENT ON TABLE persons IS 'x'
LOCK TABLE persons
LISTEN x
DO $$ BEGIN END $$
KILL 1
-- More than one, less than one.
SELECT 1; SELECT 2
SELECT 1;;SELECT 2
SELECT 1; COPY persons TO 'x'
SELECT * FROM persons; DROP TABLE persons; --
SELECT /* ; */ 1; -- x
;
;;
/* nothing */
-- nothing
FROM
WITH x AS (SELECT 1)
VALUES (1)
'file.parquet'
persons
(
)
SELECT 'open
SELECT "open
SELECT $$open
SELECT /* open
-- Tables that are none.
FROM 'file.parquet'
FROM "file.parquet"
FROM '/etc/passwd'
TABLE 'file.parquet'
SELECT * FROM 'https://127.0.0.1/x.csv'
SELECT * FROM 's3://bucket/*.parquet'
SELECT * FROM "lake/persons/1.parquet"
SELECT * FROM E'file.parquet'
SELECT * FROM U&"persons"
SELECT * FROM persons.secret
SELECT * FROM main.persons
SELECT * FROM "main"."persons"
SELECT * FROM memory.main._g0
SELECT * FROM system.information_schema.tables
SELECT * FROM temp.x
SELECT * FROM persons, persons.name
SELECT * FROM persons AS p, p
SELECT * FROM persons AS p, p.name
SELECT * FROM ONLY persons
SELECT * FROM $1
SELECT * FROM ?
SELECT * FROM $name
SELECT * FROM IDENTIFIER('persons')
SELECT * FROM TABLE('persons')
SELECT * FROM persons AT (VERSION => 1)
SELECT * FROM persons AT (TIMESTAMP => '2020-01-01')
SELECT * FROM persons FOR SYSTEM_TIME AS OF '2020-01-01'
SELECT * FROM persons VERSION AS OF 1
SELECT * FROM persons TABLESAMPLE 10%
SELECT * FROM persons TABLESAMPLE reservoir(10 ROWS) REPEATABLE (1)
SELECT * FROM persons USING SAMPLE 10
SELECT * FROM persons POSITIONAL JOIN visits
SELECT * FROM persons ASOF JOIN visits ON persons.id >= visits.cost
SELECT * FROM persons, LATERAL (SELECT persons.id) AS x
SELECT * FROM persons CROSS JOIN LATERAL unnest([1]) AS x
SELECT * FROM persons PIVOT (sum(id) FOR region IN ('a'))
PIVOT persons ON region USING sum(id)
UNPIVOT persons ON id INTO NAME n VALUE v
SELECT * FROM persons UNPIVOT (v FOR n IN (id))
SELECT * FROM (PIVOT persons ON region)
SELECT * FROM persons MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true)
SELECT * FROM ROWS FROM (generate_series(1, 2))
SELECT * FROM persons WITH (NOLOCK)
SELECT * FROM XMLTABLE('x' PASSING y)
SELECT * FROM JSON_TABLE('[]', '$' COLUMNS (a INT PATH '$'))
SELECT * FROM (COPY persons TO 'x')
SELECT * FROM (INSERT INTO persons VALUES (1) RETURNING *)
SELECT * INTO x FROM persons
SELECT * FROM persons FOR UPDATE
SELECT * FROM persons FOR SHARE SKIP LOCKED
SELECT 1 IN persons
SELECT * FROM persons WHERE id IN visits
-- Own queries that reach too far.
WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a
WITH a AS (SELECT * FROM a) SELECT * FROM a
WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM b
SELECT * FROM (WITH b AS (SELECT 1) SELECT * FROM b) AS x, b
SELECT (WITH b AS (SELECT 1) SELECT * FROM b), (SELECT * FROM b)
WITH RECURSIVE a USING KEY (x) AS (SELECT 1 AS x UNION SELECT x FROM a) SELECT * FROM a
WITH x AS (SELECT 1) SELECT * FROM recurring.x
WITH a AS (SELECT 1), _g9 AS (SELECT * FROM _g0) SELECT * FROM _g9
SELECT * FROM _g0
SELECT * FROM _c0
SELECT * FROM _s0
SELECT * FROM "_g0"
-- Parts of a question that are not listed.
SELECT COLUMNS('sec.*') FROM persons
SELECT COLUMNS(*) FROM persons
SELECT COLUMNS(c -> c LIKE 's%') FROM persons
SELECT min(COLUMNS(*)) FROM persons
SELECT *COLUMNS('s.*') FROM persons
SELECT #1 FROM persons
SELECT name FROM persons ORDER BY #1
SELECT id FROM persons LIMIT 10%
SELECT id FROM persons FETCH FIRST 3 ROWS WITH TIES
SELECT TOP 3 id FROM persons
SELECT ${x}
SELECT {x}
SELECT {{ x }}
SELECT ? = $x
SELECT list_transform([1], x -> x + 1)
SELECT list_transform([1], lambda x : getenv('HOME'))
SELECT list_filter([id], lambda x, i : x > i) FROM persons
SELECT list_reduce([1, 2], (x, y) -> x + y)
SELECT [x FOR x IN [1, 2]]
SELECT [getenv(x) FOR x IN ['HOME'] IF x IS NOT NULL]
SELECT list_apply(['HOME'], getenv)
SELECT apply([1], x -> x)
SELECT TRY(CAST(name AS INT)) FROM persons
SELECT name COLLATE nocase FROM persons
SELECT name -> '$.x' FROM persons
SELECT name ->> 'x' FROM persons
SELECT name #>> '{a}' FROM persons
SELECT name @> 'x' FROM persons
SELECT name::JSON FROM persons
SELECT CAST(name AS ENUM ('a'))
SELECT CAST(name AS persons) FROM persons
SELECT CAST('x' AS BLOB)
SELECT CAST('x' AS BIT)
SELECT CAST('x' AS UUID)
SELECT CAST('persons' AS regclass)
SELECT CAST(row(1) AS STRUCT(a INT))
SELECT CAST(NULL AS MAP(INT, INT))
SELECT CAST(NULL AS UNION(a INT))
SELECT MAP {'a': 1}
SELECT {'a': 1}
SELECT row(1, 2)
SELECT struct_pack(a := 1)
SELECT union_value(a := 1)
SELECT 'HOME'.getenv()
SELECT ('HOME').getenv().upper()
SELECT name.upper().getenv() FROM persons
SELECT persons.name.lower() FROM persons
SELECT persons.read_text() FROM persons
SELECT operator(pg_catalog.+)(1, 2)
SELECT 1 OPERATOR(pg_catalog.+) 2
SELECT pg_catalog.version()
SELECT main.getenv('x')
SELECT system.main.getenv('x')
SELECT "getenv"('HOME')
SELECT getenv('HOME') AS "upper"
SELECT GETENV('HOME')
SELECT {fn getenv('HOME')}
SELECT 1 AT TIME ZONE name FROM persons
SELECT X'41'
SELECT B'01'
SELECT date '2020-01-01' AT LOCAL
SELECT CURRENT_USER
SELECT SESSION_USER
SELECT CURRENT_CATALOG
SELECT GROUPING_ID()
SELECT id FROM persons GROUP BY GETENV('x')
SELECT age(born) FROM persons
SELECT CURRENT_TIME
SELECT CURRENT_TIMESTAMP(3)
SELECT LOCALTIME
SELECT * FROM persons WHERE CURRENT OF c
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN INTERVAL (getenv('x')) DAY PRECEDING AND CURRENT ROW) FROM persons
SELECT INTERVAL (getenv('x')) DAY
SELECT * REPLACE (getenv('x') AS id) FROM persons
SELECT * EXCLUDE (id) REPLACE ((SELECT content FROM read_text('x')) AS name) FROM persons
-- Comments and hints that would mean something elsewhere.
SELECT * FROM unknown /* persons */
/*!50000 COPY persons TO 'x' */
SELECT 1 /*! FROM 'x.parquet' */ FROM 'y.parquet'
