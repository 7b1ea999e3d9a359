-- Culture and tourism.

CREATE TABLE museums AS
SELECT 'M' || lpad(i::VARCHAR, 3, '0') AS code, s.short || one_of(['博物馆', '美术馆', '科技馆', '名人故居', '纪念馆'], i, 'kind') AS name, s.district, u(i, 'free') < 0.62 AS free, one_of(['周一', '周一', '周二', '无'], i, 'shut') AS closed_on, whole(i, 'day', 300, 9000) AS daily_limit, s.latitude, s.longitude
FROM range(1, 221) AS r (i) JOIN street AS s ON s.no = a_street(i, 'museum') ORDER BY code;

CREATE TABLE libraries AS
SELECT 'L' || lpad(i::VARCHAR, 4, '0') AS code, s.short || one_of(['图书馆', '城市书房', '街道图书室'], i, 'kind') AS name, s.district, whole(i, 'seats', 8, 600) AS seats, (whole(i, 'books', 2, 400) * 1000)::INTEGER AS books, u(i, 'blind') < 0.25 AS braille_or_audio, one_of(['09:00-21:00', '09:00-18:00', '24 小时'], i, 'hours') AS hours
FROM range(1, many(380, 40) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'library') ORDER BY code;

CREATE TABLE heritage_sites AS
SELECT 'WB' || lpad(i::VARCHAR, 4, '0') AS code, s.short || one_of(['旧址', '古桥', '戏楼', '城墙遗迹', '四合院', '碑亭', '古塔'], i, 'kind') || '（合成）' AS name, s.district, one_of(['市级', '市级', '区级', '区级', '国家级'], i, 'rank') AS rank, one_of(['元', '明', '明', '清', '清', '民国'], i, 'age') AS period, u(i, 'open') < 0.5 AS open_to_visit
FROM range(1, many(640, 50) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'heritage') ORDER BY code;

CREATE TABLE scenic_visits AS
SELECT 'A' || lpad(p::VARCHAR, 3, '0') AS place, s.short || '景区' AS name, s.district, days_ago(d) AS day,
       greatest(40, (1800 * (0.4 + u(p, 'fame') * 3) * CASE WHEN c.day IS NOT NULL THEN 2.6 WHEN isodow(days_ago(d)) > 5 THEN 1.7 ELSE 1 END * (0.7 + 0.6 * u(p * 1000 + d, 'v'))))::INTEGER AS visitors
FROM range(1, 41) AS a (p), range(0, last_days(365)) AS b (d) JOIN street AS s ON s.no = (p * 83) % 349 + 1
LEFT JOIN calendar AS c ON c.kind = 'holiday' AND c.day = (days_ago(d))::VARCHAR ORDER BY 4, place;

CREATE TABLE intangible_heritage AS
SELECT 'FY' || lpad(i::VARCHAR, 4, '0') AS code, s.short || one_of(['皮影', '剪纸', '花会', '面塑', '评书', '风筝', '京绣', '豆汁制作'], i, 'craft') || '（合成）' AS name, s.district, one_of(['传统技艺', '传统美术', '民俗', '曲艺', '传统舞蹈'], i, 'kind') AS kind, 2007 + i % 19 AS listed_year
FROM range(1, many(270, 40) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'craft') ORDER BY code;

CREATE TABLE public_events AS
SELECT 'HD' || lpad(i::VARCHAR, 5, '0') AS code, one_of(['亲子读书会', '露天电影', '老年合唱', '非遗体验', '社区运动会', '青年市集', '免费讲座'], i, 'what') AS title, s.district, s.short || '文化活动中心' AS place, today() + whole(i, 'day', -60, 60) AS day, whole(i, 'seats', 20, 800) AS places, u(i, 'free') < 0.85 AS free
FROM range(1, many(2600, 60) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'event') ORDER BY code;
