-- The airport company.

CREATE TABLE airports AS
SELECT iata, icao, name, name_en, city_en, country, latitude::DOUBLE AS latitude, longitude::DOUBLE AS longitude FROM airport ORDER BY iata;

-- Flight numbers keep their zeros: DS0164.
CREATE TABLE flights AS
SELECT one_of(['DS', 'KM', 'SC'], i, 'airline') || lpad((1 + i % 8999)::VARCHAR, 4, '0') AS flight, day_before(i, 'day', 120) AS day, i AS flight_id, one_of(['PEK', 'PKX'], i, 'home') AS airport, u(i, 'way') < 0.5 AS departure, a.iata AS other_airport,
       lpad(whole(i, 'hour', 6, 23)::VARCHAR, 2, '0') || ':' || lpad((whole(i, 'minute', 0, 11) * 5)::VARCHAR, 2, '0') AS scheduled, CASE WHEN u(i, 'cancelled') < 0.012 THEN NULL ELSE greatest(-15, (1 + 14 * bell(i, 'late') + 60 * pow(u(i, 'very late'), 9)))::INTEGER END AS delay_minutes, u(i, 'cancelled') < 0.012 AS cancelled
FROM range(1, many(60000, 600) + 1) AS r (i) JOIN airport AS a ON a.no = whole(i, 'other', 3, 46) ORDER BY flight_id;

CREATE TABLE flight_punctuality AS
SELECT airport, day, count(*)::INTEGER AS flights, count(*) FILTER (WHERE delay_minutes <= 15)::INTEGER AS on_time, count(*) FILTER (WHERE cancelled)::INTEGER AS cancelled, coalesce(round(avg(delay_minutes) FILTER (WHERE NOT cancelled), 1), 0)::DECIMAL(6, 1) AS mean_delay_minutes
FROM flights GROUP BY airport, day ORDER BY day, airport;

CREATE TABLE security_queues AS
SELECT a AS airport, days_ago(d) AS day, h::INTEGER AS hour, greatest(1, (6 + 14 * exp(-pow((h - 8) / 2.0, 2)) + 9 * exp(-pow((h - 17) / 2.5, 2)) + 3 * bell(d * 100 + h, a)))::INTEGER AS wait_minutes
FROM (VALUES ('PEK'), ('PKX')) AS t (a), range(0, last_days(180)) AS b (d), range(4, 24) AS c (h) ORDER BY day, hour, airport;
