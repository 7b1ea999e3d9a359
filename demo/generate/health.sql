-- Health: workbooks.

CREATE TABLE hospitals AS
SELECT 'H' || lpad(i::VARCHAR, 4, '0') AS code, '示范市' || s.short || CASE WHEN i <= 58 THEN '医院' ELSE one_of(['社区卫生服务中心', '中医医院', '妇幼保健院', '口腔医院'], i, 'kind') END AS name, s.district, s.name AS street,
       CASE WHEN i <= 58 THEN '三级' WHEN i <= 220 THEN '二级' ELSE '一级' END AS grade, CASE WHEN i <= 58 THEN whole(i, 'beds', 500, 2200) ELSE whole(i, 'beds', 0, 380) END AS beds, i <= 58 OR u(i, 'er') < 0.2 AS emergency,
       u(i, 'insured') < 0.94 AS insured, office_phone(i, 'hospital') AS phone
FROM range(1, 701) AS r (i) JOIN street AS s ON s.no = a_street(i, 'hospital') ORDER BY code;

-- 0164A, 007: codes of departments as hospitals write them.
CREATE TABLE hospital_departments AS
SELECT 'H' || lpad(h::VARCHAR, 4, '0') AS hospital, CASE WHEN k % 9 = 0 THEN lpad((110 + k * 3 + h % 7)::VARCHAR, 4, '0') || 'A' ELSE lpad(k::VARCHAR, 3, '0') END AS department,
       ['内科','外科','妇产科','儿科','急诊科','眼科','口腔科','中医科','康复科','老年病科','皮肤科','精神科','感染科','肿瘤科','全科','体检科','麻醉科','影像科','检验科','药学部'][k::INTEGER] AS name,
       whole(h * 100 + k, 'doctors', 2, 60) AS doctors, whole(h * 100 + k, 'clinic', 1, 7) AS clinic_days, u(h * 100 + k, 'night') < 0.2 AS night
FROM range(1, many(320, 30) + 1) AS a (h), range(1, 21) AS b (k) ORDER BY hospital, department;

CREATE TABLE weekly_visits AS
SELECT 'H' || lpad(h::VARCHAR, 4, '0') AS hospital, strftime(w, '%G-W%V') AS week, n AS disease_group, greatest(0, (CASE WHEN n IN ('罕见病', '职业病') THEN 7 ELSE 160 END * (0.5 + u(h * 1000 + weekofyear(w), n))))::INTEGER AS visits
FROM range(1, least(58, many(58, 8)) + 1) AS a (h), generate_series(today() - 7 * greatest(4, last_days(26)), today() - 7, INTERVAL 7 DAY) AS b (w), (VALUES ('呼吸系统'), ('循环系统'), ('罕见病'), ('职业病')) AS c (n)
ORDER BY week, hospital, disease_group;

CREATE TABLE vaccination_clinics AS
SELECT 'V' || lpad(i::VARCHAR, 4, '0') AS code, s.short || '预防接种门诊' AS name, s.district, one_of(['周一至周五', '周一、三、五', '周二、四、六', '每天'], i, 'open') AS open_days, u(i, 'flu') < 0.8 AS flu_vaccine, u(i, 'elder') < 0.7 AS shingles_vaccine, office_phone(i, 'clinic') AS phone
FROM range(1, many(460, 40) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'clinic') ORDER BY code;

CREATE TABLE emergency_waits AS
SELECT 'H' || lpad(h::VARCHAR, 4, '0') AS hospital, days_ago(d) AS day, b.n AS triage, greatest(1, (b.m * (0.6 + 0.8 * u(h * 1000 + d, b.n))))::INTEGER AS median_minutes
FROM range(1, least(58, many(58, 6)) + 1) AS a (h), range(0, last_days(30)) AS c (d), (VALUES ('一级', 1), ('二级', 8), ('三级', 32), ('四级', 75)) AS b (n, m) ORDER BY day, hospital, triage;
