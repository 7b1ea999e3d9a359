-- The data authority: what it keeps itself.

CREATE TABLE holidays AS SELECT day::DATE AS day, kind, name, name_en, days::INTEGER AS days FROM calendar ORDER BY day;

CREATE TABLE computing_centres AS
SELECT 'SL' || lpad(i::VARCHAR, 3, '0') AS code, s.short || one_of(['智算中心', '超算分中心', '边缘算力节点', '数据中心'], i, 'kind') || '（合成）' AS name, s.district, whole(i, 'racks', 40, 4200) AS racks, (whole(i, 'pf', 5, 900) * 1.0)::DECIMAL(8, 1) AS petaflops, (1.12 + 0.3 * u(i, 'pue'))::DECIMAL(4, 2) AS pue, u(i, 'public') < 0.4 AS finance_funded
FROM range(1, 121) AS r (i) JOIN street AS s ON s.no = a_street(i, 'centre') ORDER BY code;

CREATE TABLE digital_parks AS
SELECT 'YQ' || lpad(i::VARCHAR, 3, '0') AS code, s.short || one_of(['数字经济产业园', '软件园', '数据要素产业园', '机器人产业园'], i, 'kind') || '（合成）' AS name, s.district, whole(i, 'firms', 12, 640) AS firms, (whole(i, 'rev', 1, 480) * 1000000)::DECIMAL(16, 2) AS revenue_yuan
FROM range(1, 86) AS r (i) JOIN street AS s ON s.no = a_street(i, 'park') ORDER BY code;

CREATE TABLE open_plan AS
SELECT 'KF2026-' || lpad(i::VARCHAR, 3, '0') AS item, one_of(['市交通委', '市卫生健康委', '市教委', '市民政局', '市城管委', '市水务局', '市住建委'], i, 'body') AS body, one_of(['充电桩空闲情况', '公厕无障碍设施', '社区医院号源', '公交实时到站', '学校体育场馆开放时间', '雨水积水点', '电梯维保记录', '共享单车停放数'], i, 'what') AS subject,
       DATE '2026-01-31' + 30 * (i % 11)::INTEGER AS promised_on, CASE WHEN u(i, 'done') < 0.8 THEN '已开放' WHEN u(i, 'done') < 0.95 THEN '在路上' ELSE '晚了' END AS state, whole(i, 'votes', 3, 400) AS supporters
FROM range(1, 49) AS r (i) ORDER BY item;
