-- The water company, an authorised operator: Parquet.

CREATE TABLE water_use AS
SELECT strftime(m, '%Y-%m') AS month, c.code AS community, c.district, (c.households * 0.93)::INTEGER AS metered_homes, (c.households * (6.2 + 2.6 * u(c.no * 100 + month(m), 'use')) * CASE WHEN month(m) IN (6, 7, 8) THEN 1.15 ELSE 1 END)::INTEGER AS cubic_metres
FROM community AS c, generate_series(DATE '2023-11-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m) WHERE getvariable('scale') = 1 OR c.no % 100 = 0 ORDER BY month, c.code;

CREATE TABLE tap_water_quality AS
SELECT 'G' || lpad(i::VARCHAR, 3, '0') AS point, s.district, today() - 7 * w::INTEGER AS day, (7.4 + 0.2 * bell(i * 1000 + w, 'ph'))::DECIMAL(4, 2) AS ph, (0.35 + abs(0.1 * bell(i * 1000 + w, 'cl')))::DECIMAL(4, 2) AS chlorine_mgl, (0.2 + abs(0.12 * bell(i * 1000 + w, 'ntu')))::DECIMAL(4, 2) AS turbidity_ntu
FROM range(1, 101) AS a (i), range(0, last_days(52)) AS b (w) JOIN street AS s ON s.no = (i * 61) % 349 + 1 ORDER BY day, point;

CREATE TABLE water_outages AS
SELECT 'TS' || lpad(i::VARCHAR, 5, '0') AS notice_no, c.code AS community, c.name AS community_name, c.district, day_before(i, 'day', 365) AS day, whole(i, 'from', 6, 22) AS from_hour, whole(i, 'long', 1, 14) AS hours, one_of(['管道抢修', '设备检修', '二次供水清洗'], i, 'why') AS reason
FROM range(1, many(1560, 60) + 1) AS r (i) JOIN community AS c ON c.no = whole(i, 'outage', 1, 7535) ORDER BY notice_no;
