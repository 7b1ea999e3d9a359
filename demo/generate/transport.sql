-- Transport and metro operator.

CREATE TABLE parking_lots AS
SELECT 'P' || lpad(i::VARCHAR, 5, '0') AS code,
       s.short || one_of(['商场', '医院', '地铁站', '公园', '写字楼', '社区', '体育馆', '菜市场'], i, 'beside') || one_of(['停车场', '地下停车场', '立体车库'], i, 'lot') AS name,
       s.district, s.name AS street, whole(i, 'spaces', 18, 980) AS spaces, whole(i, 'accessible', 1, 12) AS accessible_spaces,
       whole(i, 'charging', 0, 60) AS charging_spaces, (whole(i, 'fee', 2, 20) * 0.5)::DECIMAL(6, 2) AS yuan_per_hour,
       round(s.latitude + bell(i, 'la') * 0.004, 5) AS latitude, round(s.longitude + bell(i, 'lo') * 0.004, 5) AS longitude
FROM range(1, 1205) AS r (i) JOIN street AS s ON s.no = a_street(i, 'parking') ORDER BY code;

CREATE TABLE parking_free_hourly AS
WITH hours AS (SELECT days_ago(d) AS day, h AS hour FROM range(0, last_days(7)) AS a (d), range(0, 24) AS b (h)),
     lots AS (SELECT code, spaces, row_number() OVER (ORDER BY code) AS no FROM parking_lots WHERE getvariable('scale') = 1 OR right(code, 1) = '7')
SELECT lots.code, hours.day, hours.hour,
       greatest(0, least(spaces, (spaces * (0.52 - 0.42 * sin((hour - 7) / 24.0 * 2 * pi()) * CASE WHEN isodow(day) > 5 THEN 0.5 ELSE 1 END
           + 0.12 * bell(no * 10000 + hour + day_of_year * 24, 'free')))))::INTEGER AS free_spaces
FROM lots, (SELECT *, dayofyear(day) AS day_of_year FROM hours) AS hours ORDER BY day, hour, lots.code;

CREATE TABLE roadside_parking AS
SELECT 'R' || lpad(i::VARCHAR, 5, '0') AS code, s.short || one_of(['东', '西', '南', '北', '中'], i, 'way') || one_of(['路', '街', '大街', '胡同'], i, 'road') AS road,
       s.district, s.name AS street, whole(i, 'bays', 4, 90) AS bays, one_of(['07:00-19:00', '00:00-24:00', '07:00-21:00'], i, 'charged') AS charged_hours,
       one_of([2.0, 4.0, 6.0, 10.0], i, 'rate')::DECIMAL(6, 2) AS yuan_per_hour
FROM range(1, many(2380, 90) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'roadside') ORDER BY code;

CREATE TABLE parking_operators AS
SELECT 'TB' || lpad(i::VARCHAR, 5, '0') AS record_no, credit_code(20000000 + i * 7919) AS credit_code, s.short || '停车管理有限公司（合成）' AS operator,
       s.district, s.name || whole(i, 'door', 1, 200) || '号' AS address, whole(i, 'lots', 1, 14) AS lots, person_name(i, 'handler') AS contact_name, mobile(i, 'handler') AS contact_phone,
       today() + whole(i, 'valid', -200, 1400) AS valid_until
FROM range(1, many(860, 60) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'operator') ORDER BY record_no;

-- Line numbers are names: 001 is not 1.
CREATE TABLE metro_lines AS
SELECT lpad(i::VARCHAR, 3, '0') AS line, i || '号线' AS name, 'Line ' || i AS name_en, (18 + u(i, 'km') * 40)::DECIMAL(6, 1) AS length_km, 14 + i % 9 AS stations,
       one_of(['05:00', '05:15', '05:30'], i, 'first') AS first_train, one_of(['22:50', '23:05', '23:30'], i, 'last') AS last_train, 1969 + i * 3 AS opened_year
FROM range(1, 20) AS r (i) ORDER BY line;

CREATE TABLE metro_stations AS
SELECT lpad(l::VARCHAR, 3, '0') || '-' || lpad(k::VARCHAR, 2, '0') AS code, lpad(l::VARCHAR, 3, '0') AS line, k::INTEGER AS position, s.short AS name, s.district,
       whole(l * 100 + k, 'exits', 2, 9) AS exits, u(l * 100 + k, 'lift') < 0.9 AS step_free, s.latitude, s.longitude
FROM range(1, 20) AS a (l), range(1, 23) AS b (k) JOIN street AS s ON s.no = a_street(l * 100 + k, 'station') WHERE k <= 14 + l % 9 ORDER BY code;

CREATE TABLE metro_riders_hourly AS
SELECT m.code AS station, m.line, days_ago(d) AS day, h::INTEGER AS hour, greatest(0, (peak * (1 + 0.15 * bell(no * 100000 + d * 24 + h, 'in'))))::INTEGER AS entries,
       greatest(0, (peak * (1 + 0.15 * bell(no * 100000 + d * 24 + h, 'out'))))::INTEGER AS exits
FROM (SELECT *, row_number() OVER (ORDER BY code) AS no FROM metro_stations WHERE getvariable('scale') = 1 OR line IN ('001', '002', '005', '007')) AS m,
     range(0, last_days(14)) AS a (d), range(5, 24) AS b (h),
     LATERAL (SELECT (120 + 900 * u(m.code, 'busy')) * (0.25 + CASE WHEN isodow(days_ago(d)) > 5 THEN 0.5 * exp(-pow((h - 15) / 5.0, 2))
              ELSE exp(-pow((h - 8) / 1.4, 2)) + exp(-pow((h - 18) / 1.8, 2)) END) AS peak)
ORDER BY day, hour, station;

CREATE TABLE bus_routes AS
SELECT CASE WHEN i % 41 = 0 THEN lpad((i % 400)::VARCHAR, 4, '0') || 'A' WHEN i < 1000 THEN lpad(i::VARCHAR, 3, '0') ELSE i::VARCHAR END AS route, a.short || '—' || b.short AS name, a.district AS from_district,
       b.district AS to_district, whole(i, 'stops', 9, 44) AS stops, (6 + u(i, 'km') * 34)::DECIMAL(6, 1) AS length_km, whole(i, 'headway', 4, 25) AS headway_minutes, u(i, 'low') < 0.7 AS low_floor
FROM range(1, many(1190, 50) + 1) AS r (i) JOIN street AS a ON a.no = a_street(i, 'bus from') JOIN street AS b ON b.no = a_street(i, 'bus to')
WHERE i % 41 <> 0 OR i % 400 <> 164 ORDER BY route;

CREATE TABLE bicycle_stands AS
SELECT 'B' || lpad(i::VARCHAR, 5, '0') AS code, s.short || one_of(['地铁口', '公交站', '校门', '商场', '公园门'], i, 'at') AS place, s.district, whole(i, 'room', 10, 240) AS room,
       whole(i, 'now', 0, 260) AS counted, today() - whole(i, 'day', 0, 6) AS counted_on, s.latitude, s.longitude
FROM range(1, many(3050, 90) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'bicycle') ORDER BY code;

CREATE TABLE road_works AS
SELECT 'SG' || lpad(i::VARCHAR, 6, '0') AS permit, s.short || one_of(['路', '街', '桥', '环路辅路'], i, 'road') AS road, s.district, one_of(['管线', '路面', '绿化', '轨道建设'], i, 'why') AS reason,
       whole(i, 'lanes', 1, 3) AS lanes_closed, day_before(i, 'start', 400) AS starts_on, day_before(i, 'start', 400) + whole(i, 'long', 2, 90) AS ends_on
FROM range(1, many(1180, 50) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'works') ORDER BY permit;
