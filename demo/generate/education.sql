-- Education.

CREATE TABLE schools AS
SELECT lpad((1000 + i)::VARCHAR, 6, '0') AS code, '示范市' || s.short || CASE WHEN i % 3 = 0 THEN '中学' ELSE '小学' END || CASE WHEN row_number() OVER (PARTITION BY s.code, i % 3 = 0 ORDER BY i) > 1 THEN '（' || row_number() OVER (PARTITION BY s.code, i % 3 = 0 ORDER BY i) || '校区）' ELSE '' END AS name,
       CASE WHEN i % 3 = 0 THEN '初中' ELSE '小学' END AS stage, s.district, s.name AS street, whole(i, 'classes', 6, 60) AS classes, whole(i, 'pupils', 180, 2400) AS pupils, u(i, 'public') < 0.9 AS is_public, office_phone(i, 'school') AS phone
FROM range(1, 1481) AS r (i) JOIN street AS s ON s.no = a_street(i, 'school') ORDER BY code;

CREATE TABLE school_places AS
SELECT code AS school, y::INTEGER AS year, stage, district, (classes * (5 + u(code, 'more') * 3))::INTEGER AS planned, (classes * (5 + u(code, 'more') * 3) * (0.82 + 0.3 * u(code || y, 'taken')))::INTEGER AS applied
FROM schools, range(2024, 2027) AS r (y) ORDER BY year, school;

CREATE TABLE catchments AS
SELECT c.code AS community, c.name AS community_name, c.district, one.code AS primary_school, 2026 AS year
FROM community AS c JOIN (SELECT code, row_number() OVER (ORDER BY code) AS no FROM schools WHERE stage = '小学') AS one ON one.no = whole(c.code, 'primary', 1, 987)
WHERE getvariable('scale') = 1 OR c.no % 20 = 0 ORDER BY community;

CREATE TABLE kindergartens AS
SELECT 'K' || lpad(i::VARCHAR, 5, '0') AS code, s.short || one_of(['第一', '第二', '实验', '中心', '向阳', '小橡树'], i, 'which') || '幼儿园（合成）' AS name, s.district, s.name AS street, whole(i, 'places', 60, 480) AS places, (whole(i, 'fee', 6, 60) * 100)::DECIMAL(8, 2) AS monthly_yuan, u(i, 'public') < 0.55 AS is_public, u(i, 'toddlers') < 0.4 AS takes_under_three
FROM range(1, many(2010, 60) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'kindergarten') ORDER BY code;

CREATE TABLE after_school_providers AS
SELECT 'X' || lpad(i::VARCHAR, 5, '0') AS code, s.short || one_of(['艺术', '体育', '科技', '书法'], i, 'what') || '培训中心（合成）' AS name, s.district, one_of(['艺术类', '体育类', '科技类', '文化类'], i, 'kind') AS kind, u(i, 'supervised') < 0.92 AS prepayment_supervised, day_before(i, 'licensed', 1600) AS licensed_on
FROM range(1, many(940, 400) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'after school') ORDER BY code;
