-- Meteorology: Parquet.

CREATE TABLE weather_stations AS
SELECT '54' || lpad((400 + i)::VARCHAR, 3, '0') AS station, s.short || '气象站' AS name, s.district, (20 + u(i, 'alt') * 480)::INTEGER AS altitude_m, s.latitude, s.longitude
FROM range(1, 61) AS r (i) JOIN street AS s ON s.no = (i * 29) % 349 + 1 ORDER BY station;

CREATE TABLE weather_hourly AS
WITH days AS (SELECT days_ago(d) AS day, d, 12.5 - 15 * cos((dayofyear(days_ago(d)) - 15) / 365.0 * 2 * pi()) + 3 * bell(d, 'front') AS mean, u(d, 'wet') < 0.13 - 0.10 * cos((dayofyear(days_ago(d)) - 15) / 365.0 * 2 * pi()) AS wet FROM range(0, last_days(365)) AS a (d))
SELECT station, day, h::INTEGER AS hour, (mean + 5 * sin((h - 9) / 24.0 * 2 * pi()) - altitude_m * 0.006 + 0.6 * bell(k, 't'))::DECIMAL(4, 1) AS temperature_c,
       greatest(8, least(100, CASE WHEN wet THEN 82 ELSE 48 END - 16 * sin((h - 9) / 24.0 * 2 * pi()) + 6 * bell(k, 'h')))::INTEGER AS humidity,
       greatest(0, 2.2 + 1.4 * bell(k, 'w'))::DECIMAL(4, 1) AS wind_mps, CASE WHEN wet AND u(k, 'r') < 0.3 THEN round(pow(u(k, 'mm'), 3) * 7, 1) ELSE 0 END::DECIMAL(5, 1) AS rain_mm
FROM days, range(0, 24) AS b (h), (SELECT *, right(station, 3)::INTEGER AS no FROM weather_stations) AS w, LATERAL (SELECT hash(no, d, h) AS k)
WHERE getvariable('scale') = 1 OR no <= 420 ORDER BY day, hour, station;

CREATE TABLE weather_warnings AS
SELECT 'YJ' || lpad(i::VARCHAR, 5, '0') AS warning_no, d.name AS district, one_of(['暴雨', '高温', '大风', '寒潮', '大雾', '雷电', '道路结冰'], i, 'what') AS hazard, one_of(['蓝色', '蓝色', '黄色', '黄色', '橙色', '红色'], i, 'how') AS level,
       day_before(i, 'day', 1000) AS issued_on, whole(i, 'hour', 0, 23) AS issued_hour, whole(i, 'long', 2, 48) AS hours
FROM range(1, many(820, 60) + 1) AS r (i) JOIN district AS d ON d.no = whole(i, 'district', 1, 16) ORDER BY warning_no;

CREATE TABLE climate_daily AS
SELECT station, days_ago(d) AS day, (12.5 - 15 * cos((dayofyear(days_ago(d)) - 15) / 365.0 * 2 * pi()) + 3 * bell(d, 'front') + bell(no * 10000 + d, 'c'))::DECIMAL(4, 1) AS mean_c, CASE WHEN u(d, 'wet') < 0.13 - 0.10 * cos((dayofyear(days_ago(d)) - 15) / 365.0 * 2 * pi()) THEN round(pow(u(no * 10000 + d, 'mm'), 3) * 45, 1) ELSE 0 END::DECIMAL(5, 1) AS rain_mm
FROM (SELECT station, right(station, 3)::INTEGER AS no FROM weather_stations) AS w, range(0, last_days(2922)) AS a (d) WHERE no <= 420 ORDER BY day, station;
