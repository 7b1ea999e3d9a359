-- The moment of the decision, in the zone of the platform.
SELECT current_date, today();
SELECT CAST('2026-11-23' AS DATE), CAST('2026-11-23' AS DATE);
SELECT current_timestamp, now(), get_current_timestamp();
SELECT CAST('2026-11-23 10:24:07+08:00' AS TIMESTAMPTZ), CAST('2026-11-23 10:24:07+08:00' AS TIMESTAMPTZ), CAST('2026-11-23 10:24:07+08:00' AS TIMESTAMPTZ);
SELECT localtimestamp;
SELECT CAST('2026-11-23 10:24:07' AS TIMESTAMP);
SELECT * FROM persons WHERE born < current_date - INTERVAL 60 YEAR;
SELECT * FROM "_g0" AS "persons" WHERE "born" < CAST('2026-11-23' AS DATE) - INTERVAL '60' YEAR;
