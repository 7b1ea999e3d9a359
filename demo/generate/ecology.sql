-- Ecology and environment: hourly drops.

CREATE TABLE air_stations AS
SELECT lpad(i::VARCHAR, 3, '0') AS station, s.short || '监测点' AS name, s.district, one_of(['城区', '郊区', '区域传输', '交通'], i, 'site') AS site, s.latitude, s.longitude,
       2008 + i % 15 AS since_year
FROM range(1, 36) AS r (i) JOIN street AS s ON s.no = (i * 97) % 349 + 1 ORDER BY station;

CREATE TABLE air_quality_hourly AS
WITH days AS (SELECT days_ago(d) AS day, d, 18 + 11 * cos((dayofyear(days_ago(d)) - 10) / 365.0 * 2 * pi()) + 21 * pow(bell(d, 'weather'), 2) / 2 AS base FROM range(0, last_days(365)) AS a (d)),
     readings AS (
    SELECT station, day, h AS hour, greatest(2, base * (0.8 + 0.35 * u(station, 'place')) * (1 + 0.25 * cos((h - 22) / 24.0 * 2 * pi())) + 5 * bell(station || d || '-' || h, 'pm')) AS pm,
           hash(station, d, h) AS k
    FROM air_stations, days, range(0, 24) AS b (h) WHERE getvariable('scale') = 1 OR station <= '008')
SELECT station, day, hour::INTEGER AS hour, CASE WHEN u(k, 'gap') < 0.012 THEN NULL ELSE pm::INTEGER END AS pm25, CASE WHEN u(k, 'gap10') < 0.012 THEN NULL ELSE (pm * (1.4 + 0.3 * u(k, '10')))::INTEGER END AS pm10,
       (3 + 6 * u(k, 'so2'))::INTEGER AS so2, (14 + pm * 0.3 + 9 * u(k, 'no2'))::INTEGER AS no2, greatest(1, 70 + 50 * sin((hour - 9) / 24.0 * 2 * pi()) - pm * 0.2 + 10 * bell(k, 'o3'))::INTEGER AS o3,
       (0.3 + pm / 150.0 + 0.2 * u(k, 'co'))::DECIMAL(5, 2) AS co
FROM readings ORDER BY day, hour, station;

CREATE TABLE river_quality AS
SELECT 'W' || lpad(w::VARCHAR, 3, '0') AS section, s.short || '断面' AS name, s.district, days_ago(d) AS day, (7.2 + 0.4 * bell(w * 1000 + d, 'ph'))::DECIMAL(4, 2) AS ph,
       (6.5 + 1.3 * bell(w * 1000 + d, 'do'))::DECIMAL(5, 2) AS oxygen, (0.5 + abs(0.4 * bell(w * 1000 + d, 'n')))::DECIMAL(5, 2) AS ammonia, (0.08 + abs(0.06 * bell(w * 1000 + d, 'p')))::DECIMAL(5, 3) AS phosphorus,
       one_of(['Ⅱ', 'Ⅲ', 'Ⅲ', 'Ⅳ', 'Ⅴ'], w * 1000 + d, 'class') AS class
FROM range(1, 61) AS a (w), range(0, last_days(365)) AS b (d) JOIN street AS s ON s.no = (w * 53) % 349 + 1 ORDER BY day, section;

CREATE TABLE noise_hourly AS
SELECT 'N' || lpad(n::VARCHAR, 2, '0') AS point, s.district, days_ago(d) AS day, h::INTEGER AS hour,
       (46 + 11 * exp(-pow((h - 13) / 6.0, 2)) + 4 * u(n, 'road') + 1.8 * bell(n * 1000000 + d * 24 + h, 'db'))::DECIMAL(4, 1) AS decibel
FROM range(1, 31) AS a (n), range(0, last_days(365)) AS b (d), range(0, 24) AS c (h) JOIN street AS s ON s.no = (n * 71) % 349 + 1
WHERE getvariable('scale') = 1 OR n <= 10 ORDER BY day, hour, point;

CREATE TABLE waste_sorting AS
SELECT strftime(m, '%Y-%m') AS month, s.district, s.name AS street, (380 + 700 * s.busy * u(s.no * 1000 + month(m), 'r'))::INTEGER AS residual_tonnes,
       (120 + 260 * s.busy * u(s.no * 1000 + month(m), 'k'))::INTEGER AS kitchen_tonnes, (30 + 90 * u(s.no * 1000 + month(m), 'c'))::INTEGER AS recyclable_tonnes
FROM street AS s, generate_series(DATE '2024-11-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m) WHERE getvariable('scale') = 1 OR s.no % 20 = 0 ORDER BY month, s.code;
