-- Human resources and social security.

-- Personal: one row a person and month. Shared under agreements, never opened.
CREATE TABLE contributions AS
SELECT resident_id(birth_day(p, 60, 20), birth_order(p, 60, 20)) AS resident_id, person_name(p, 'worker') AS name, credit_code(10000000 + (1 + (p * 7) % many(120000, 1500)) * 613) AS employer,
       strftime(m, '%Y-%m') AS month, (4000 + round(u(p, 'base') * u(p, 'base2') * 30000, -1))::DECIMAL(10, 2) AS base_yuan,
       ((4000 + round(u(p, 'base') * u(p, 'base2') * 30000, -1)) * 0.08)::DECIMAL(10, 2) AS pension_yuan, ((4000 + round(u(p, 'base') * u(p, 'base2') * 30000, -1)) * 0.02 + 3)::DECIMAL(10, 2) AS medical_yuan,
       one_of(['正常', '正常', '正常', '正常', '补缴'], p * 12 + month(m), 'state') AS status
FROM range(1, many(86000, 900) + 1) AS r (p), generate_series(DATE '2026-05-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m) ORDER BY month, p;

CREATE TABLE vacancies AS
SELECT 'ZP' || lpad(i::VARCHAR, 7, '0') AS vacancy_no, one_of(['护理员', '配送员', '软件工程师', '厨师', '保洁员', '会计', '幼儿教师', '电工', '客服', '数据分析师'], i, 'job') AS job, s.district,
       whole(i, 'posts', 1, 12) AS posts, (whole(i, 'pay', 40, 260) * 100)::INTEGER AS monthly_from, (whole(i, 'pay', 40, 260) * 100 + whole(i, 'more', 5, 80) * 100)::INTEGER AS monthly_to,
       one_of(['不限', '高中', '大专', '本科', '硕士'], i, 'school') AS education, day_before(i, 'posted', 120) AS posted_on
FROM range(1, many(41000, 400) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'vacancy') ORDER BY vacancy_no;

CREATE TABLE training_courses AS
SELECT 'PX' || lpad(i::VARCHAR, 5, '0') AS course_no, one_of(['养老护理', '家政服务', '新能源汽车维修', '数据标注', '无人机操作', '中式面点', '电子商务'], i, 'what') || one_of(['初级班', '中级班', '高级班'], i, 'grade') AS course, s.district,
       s.short || '职业技能培训学校（合成）' AS school, whole(i, 'places', 12, 60) AS places, (whole(i, 'fee', 0, 40) * 50)::DECIMAL(8, 2) AS fee_yuan, today() + whole(i, 'start', 1, 120) AS starts_on
FROM range(1, many(1900, 60) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'course') ORDER BY course_no;
