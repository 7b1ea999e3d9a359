-- A literal count within bounds passes.
SELECT repeat('a', 100000), lpad('a', 10, ' '), rpad('b', 5, 'x');
SELECT REPEAT('a', 100000), LPAD('a', 10, ' '), RPAD('b', 5, 'x');
SELECT * FROM generate_series(1, 100000) AS g(n);
SELECT * FROM GENERATE_SERIES(1, 100000) AS "g"("n");
SELECT * FROM generate_series(10, -10, -1) AS g(n);
SELECT * FROM GENERATE_SERIES(10, -10, -1) AS "g"("n");
SELECT * FROM range(5) AS g(n);
SELECT * FROM RANGE(0, 5) AS "g"("n");
