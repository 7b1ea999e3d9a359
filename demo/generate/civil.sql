-- Civil affairs: the registers of places, care for the elderly.

CREATE TABLE divisions AS
SELECT code, name, 'district' AS kind, '110100' AS parent, name AS district FROM district
UNION ALL SELECT code, name, 'street', district_code, district FROM street
ORDER BY code;

CREATE TABLE communities AS
SELECT code, name, street, district, households, (households * (2.1 + u(code, 'size') * 0.7))::INTEGER AS residents,
       least(households * 2, (households * (0.34 + 0.2 * u(code, 'old')) * old))::INTEGER AS residents_60
FROM community ORDER BY code;

CREATE TABLE care_homes AS
WITH homes AS (
    SELECT i, s.* FROM range(1, 575) AS r (i) JOIN street AS s ON s.no = a_street(i, 'care')
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY district_code ORDER BY i) AS n,
           CASE WHEN u(i, 'station') < 0.3 THEN whole(i, 'few', 9, 26) ELSE (40 + u(i, 'beds') * 210 * old)::INTEGER END AS beds
    FROM homes
)
SELECT district_code || '-' || lpad(n::VARCHAR, 4, '0') AS code,
       '示范' || district_short || short || CASE WHEN beds < 30 THEN '养老驿站' ELSE one_of(['养老照料中心', '颐养院', '敬老院', '养老服务中心'], i, 'kind') END
           || CASE WHEN row_number() OVER (PARTITION BY street.code ORDER BY i) > 1 THEN '（' || row_number() OVER (PARTITION BY street.code ORDER BY i) || '）' ELSE '' END AS name,
       district, beds,
       CASE WHEN u(i, 'not told') < 0.016 THEN NULL ELSE least(beds, greatest(1, (beds * (0.45 + 0.55 * u(i, 'taken')))::INTEGER)) END AS residents,
       person_name(i, 'head of home') AS legal_rep,
       CASE WHEN u(i, 'no phone') < 0.003 THEN NULL ELSE office_phone(i, 'care home') END AS phone
FROM numbered AS street ORDER BY code;

-- Personal: who gets a care allowance. Shared under agreements, never opened.
CREATE TABLE elder_allowances AS
WITH people AS (
    SELECT i, s.name AS street, s.district, birth_day(i, 98, 65) AS birth_date
    FROM range(1, many(18000, 400) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'elder')
)
SELECT 'YL' || lpad(i::VARCHAR, 7, '0') AS case_no, resident_id(birth_date, birth_order(i, 98, 65)) AS resident_id, person_name(i, 'elder') AS name, birth_date,
       district, street, mobile(i, 'elder') AS phone,
       one_of(['失能护理补贴', '高龄津贴', '养老服务补贴'], i, 'kind') AS kind,
       (greatest(1, (year(today()) - year(birth_date) - 55) // 10) * 100 + whole(i, 'yuan', 0, 5) * 50)::INTEGER AS monthly_yuan,
       CASE WHEN u(i, 'status') < 0.91 THEN 'active' WHEN u(i, 'status') < 0.97 THEN 'paused' ELSE 'ended' END AS status,
       today() - whole(i, 'since', 30, 2400) AS since
FROM people ORDER BY case_no;

CREATE TABLE elder_meals AS
SELECT 'ZC' || lpad(i::VARCHAR, 5, '0') AS code, s.short || one_of(['助餐点', '老年餐桌', '社区食堂'], i, 'meal') AS name, s.district, s.name AS street,
       whole(i, 'seats', 12, 160) AS seats, (8 + whole(i, 'price', 0, 24) * 0.5)::DECIMAL(6, 2) AS lunch_yuan, u(i, 'home') < 0.55 AS delivers,
       s.latitude, s.longitude
FROM range(1, many(1240, 60) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'meal') ORDER BY code;

CREATE TABLE social_organisations AS
SELECT '52119999' || lpad((i * 3571)::VARCHAR, 10, '0') AS registration_no,
       s.district_short || s.short || one_of(['志愿服务队', '老年协会', '社区基金会', '书画社', '环保促进会', '残疾人互助会', '体育协会'], i, 'org') || '（合成）' AS name,
       s.district, one_of(['社会团体', '民办非企业单位', '基金会'], i, 'type') AS kind, day_before(i, 'org', 7000) AS registered_on, whole(i, 'members', 8, 420) AS members
FROM range(1, many(2900, 80) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'org') ORDER BY registration_no;

CREATE TABLE marriage_registrations AS
SELECT strftime(m, '%Y-%m') AS month, d.name AS district, (60 + d.busy * 260 * (0.7 + 0.6 * u(d.code || m::VARCHAR, 'wed')))::INTEGER AS marriages,
       (20 + d.busy * 110 * (0.7 + 0.6 * u(d.code || m::VARCHAR, 'part')))::INTEGER AS divorces
FROM district AS d, generate_series(DATE '2023-01-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m) ORDER BY month, d.code;
