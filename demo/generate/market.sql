-- Market regulation: companies and what happened to them.

CREATE TABLE companies AS
SELECT credit_code(10000000 + i * 613) AS credit_code, '示范' || s.short || one_of(['远', '嘉', '同', '瑞', '启', '安', '恒', '博', '新', '和'], i, 'n1') || one_of(['达', '诚', '禾', '源', '辰', '光', '泰', '文', '云', '木'], i, 'n2')
           || one_of(['科技', '餐饮', '物流', '文化', '医药', '建筑', '教育咨询', '商贸', '信息技术', '物业'], i, 'trade') || '有限公司' AS name,
       s.district, one_of(['C', 'F', 'G', 'H', 'I', 'L', 'M', 'P', 'R'], i, 'industry') AS industry, (whole(i, 'capital', 1, 500) * 10000)::DECIMAL(14, 2) AS capital_yuan,
       day_before(i, 'founded', 9000) AS founded_on, CASE WHEN u(i, 'state') < 0.87 THEN '存续' WHEN u(i, 'state') < 0.96 THEN '注销' ELSE '吊销' END AS status,
       s.name || whole(i, 'door', 1, 300) || '号' AS address, person_name(i, 'legal') AS legal_rep
FROM range(1, many(120000, 1500) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'company') ORDER BY credit_code;

CREATE TABLE business_licences AS
SELECT 'XK' || lpad(i::VARCHAR, 7, '0') AS licence_no, credit_code(10000000 + (1 + (i * 31) % many(120000, 1500)) * 613) AS credit_code,
       one_of(['食品经营', '药品零售', '医疗器械', '特种设备', '出版物', '人力资源服务'], i, 'what') AS activity, day_before(i, 'issued', 1800) AS issued_on, day_before(i, 'issued', 1800) + 1826 AS valid_until
FROM range(1, many(92000, 900) + 1) AS r (i) ORDER BY licence_no;

CREATE TABLE inspections AS
SELECT 'JC' || lpad(i::VARCHAR, 8, '0') AS inspection_no, credit_code(10000000 + (1 + (i * 17) % many(120000, 1500)) * 613) AS credit_code, day_before(i, 'inspected', 730) AS inspected_on,
       one_of(['双随机抽查', '投诉核查', '专项检查', '日常巡查'], i, 'how') AS kind, one_of(['食品安全', '价格', '计量', '广告', '特种设备'], i, 'subject') AS subject,
       CASE WHEN u(i, 'result') < 0.83 THEN '合格' WHEN u(i, 'result') < 0.96 THEN '责令改正' ELSE '立案' END AS result
FROM range(1, many(205000, 2000) + 1) AS r (i) ORDER BY inspection_no;

CREATE TABLE penalties AS
SELECT 'CF' || lpad(i::VARCHAR, 6, '0') AS decision_no, credit_code(10000000 + (1 + (i * 101) % many(120000, 1500)) * 613) AS credit_code, day_before(i, 'decided', 1000) AS decided_on,
       one_of(['价格违法', '虚假宣传', '无证经营', '食品标签不合规', '计量器具未检定'], i, 'fact') AS fact, (whole(i, 'fine', 1, 100) * 500)::DECIMAL(12, 2) AS fine_yuan, u(i, 'paid') < 0.93 AS paid
FROM range(1, many(11800, 150) + 1) AS r (i) ORDER BY decision_no;

CREATE TABLE food_samples AS
SELECT 'SP' || lpad(i::VARCHAR, 6, '0') AS sample_no, s.district, one_of(['蔬菜', '水果', '肉制品', '乳制品', '糕点', '饮料', '水产品', '食用油'], i, 'food') AS food, one_of(['超市', '菜市场', '餐馆', '网店', '学校食堂'], i, 'where') AS taken_at,
       day_before(i, 'taken', 365) AS taken_on, u(i, 'passed') < 0.977 AS passed, CASE WHEN u(i, 'passed') < 0.977 THEN NULL ELSE one_of(['农药残留', '菌落总数', '添加剂超量', '标签不符'], i, 'fail') END AS failed_on
FROM range(1, many(58000, 600) + 1) AS r (i) JOIN street AS s ON s.no = a_street(i, 'food') ORDER BY sample_no;
