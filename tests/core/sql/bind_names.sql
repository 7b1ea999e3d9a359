-- A granted dataset, by its slug or its identifier, in any case of ASCII letters. The old name stays as alias.
SELECT persons.id FROM persons;
SELECT "persons"."id" FROM "_g0" AS "persons";
SELECT p.id FROM "01PERSONS" AS p;
SELECT "p"."id" FROM "_g0" AS "p";
SELECT * FROM PERSONS;
SELECT * FROM "_g0" AS "PERSONS";
SELECT * FROM 公园;
SELECT * FROM "_g1" AS "公园";

-- An own query hides a dataset of its name: the asker gets his own rows, renamed.
WITH persons AS (SELECT 1 AS id) SELECT * FROM persons;
WITH "_c0" AS (SELECT 1 AS "id") SELECT * FROM "_c0" AS "persons";

-- A plain own query does not see itself, so inside it the dataset is meant.
WITH persons AS (SELECT * FROM persons) SELECT * FROM persons;
WITH "_c0" AS (SELECT * FROM "_g0" AS "persons") SELECT * FROM "_c0" AS "persons";

-- A recursive one does.
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT * FROM n;
WITH RECURSIVE "_c0"("x") AS (SELECT 1 UNION ALL SELECT "x" + 1 FROM "_c0" AS "n" WHERE "x" < 5) SELECT * FROM "_c0" AS "n";

-- Later ones see earlier ones, inner ones hide outer ones, and what is inside is not seen outside.
WITH a AS (SELECT * FROM persons), b AS (SELECT * FROM a) SELECT * FROM b JOIN (WITH a AS (SELECT 1 AS id) SELECT * FROM a) AS c ON c.id = b.id;
WITH "_c0" AS (SELECT * FROM "_g0" AS "persons"), "_c1" AS (SELECT * FROM "_c0" AS "a") SELECT * FROM "_c1" AS "b" JOIN (WITH "_c2" AS (SELECT 1 AS "id") SELECT * FROM "_c2" AS "a") AS "c" ON "c"."id" = "b"."id";

-- Our own names are nothing special in the asker's hand.
WITH _g0 AS (SELECT 2 AS id), _c0 AS (SELECT 3 AS id) SELECT * FROM _g0, _c0, persons;
WITH "_c0" AS (SELECT 2 AS "id"), "_c1" AS (SELECT 3 AS "id") SELECT * FROM "_c0" AS "_g0", "_c1" AS "_c0", "_g0" AS "persons";
SELECT _g0.id FROM persons AS _g0;
SELECT "_g0"."id" FROM "_g0" AS "_g0";

-- In sub-queries, everywhere.
SELECT (SELECT max(id) FROM persons) AS m FROM parks WHERE name IN (SELECT name FROM persons AS q WHERE EXISTS (SELECT 1 FROM totals));
SELECT (SELECT MAX("id") FROM "_g0" AS "persons") AS "m" FROM "_g1" AS "parks" WHERE "name" IN (SELECT "name" FROM "_g0" AS "q" WHERE EXISTS(SELECT 1 FROM "_g2" AS "totals"));

-- Functions of the table kind have no name to bind.
SELECT * FROM persons, generate_series(1, 3) AS g(n);
SELECT * FROM "_g0" AS "persons", GENERATE_SERIES(1, 3) AS "g"("n");
SELECT * FROM (persons JOIN parks ON persons.name = parks.name);
SELECT * FROM ("_g0" AS "persons" JOIN "_g1" AS "parks" ON "persons"."name" = "parks"."name");
