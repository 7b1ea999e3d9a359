-- Hotline 12345. Free text holds personal data, as it does everywhere: identity and telephone numbers are planted in it.

CREATE TABLE hotline_calls AS
SELECT 'RX' || lpad(i::VARCHAR, 7, '0') AS call_no, day_before(i, 'call', 180) AS day, whole(i, 'hour', 0, 23) AS hour, s.district,
       CASE WHEN i % 97 = 0 THEN replace(replace(s.name, '街道', '街'), '地区', '') ELSE s.name END AS street,
       topic, person_name(i, 'caller') AS caller, mobile(i, 'caller') AS phone,
       CASE topic WHEN '停车' THEN '小区门口晚上停满了车，消防车进不来。' WHEN '养老' THEN '想问社区的养老助餐点几点开饭，能不能送到家。' WHEN '噪声' THEN '楼下施工到夜里十一点，孩子睡不着。' WHEN '供水' THEN '六楼早上水压太小，洗不了脸。'
            WHEN '公交' THEN '这趟公交车早高峰等了二十五分钟。' WHEN '空气' THEN '傍晚有烧东西的味道，请来看看。' WHEN '入学' THEN '户口在本街道，想知道孩子划在哪个小学。' ELSE '路灯坏了三天，没有人修。' END
       || CASE WHEN i % 53 = 0 THEN '我的身份证号是' || resident_id(birth_day(i, 80, 20), birth_order(i, 80, 20)) || '。' WHEN i % 31 = 0 THEN '回电请打' || mobile(i, 'caller') || '。' ELSE '' END AS text,
       CASE WHEN u(i, 'done') < 0.82 THEN '已办结' WHEN u(i, 'done') < 0.95 THEN '办理中' ELSE '待派单' END AS status, CASE WHEN u(i, 'done') < 0.82 THEN whole(i, 'score', 1, 5) END AS satisfaction
FROM range(1, many(50000, 500) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'hotline'), LATERAL (SELECT one_of(['停车', '停车', '噪声', '供水', '养老', '公交', '空气', '路灯', '入学'], i, 'topic') AS topic) ORDER BY call_no;

CREATE TABLE hotline_counts AS
SELECT strftime(m, '%Y-%m') AS month, s.district, s.name AS street, t AS topic, (u(hash(s.code, m, t), 'calls') * u(hash(s.code, m, t), 'calls2') * 120 * s.busy)::INTEGER AS calls, (40 + 58 * u(hash(s.code, m, t), 'done'))::DECIMAL(5, 1) AS solved_percent
FROM street AS s, generate_series(DATE '2025-11-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m), (VALUES ('停车'), ('噪声'), ('供水'), ('养老'), ('公交'), ('空气'), ('路灯'), ('入学')) AS k (t)
WHERE getvariable('scale') = 1 OR s.no % 20 = 0 ORDER BY month, s.code, topic;
