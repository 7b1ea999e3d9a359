-- Finance: workbooks.

CREATE TABLE budget_lines AS
SELECT '2026' AS year, lpad((201 + i % 22)::VARCHAR, 3, '0') || lpad((1 + i % 9)::VARCHAR, 2, '0') || lpad((1 + i // 198)::VARCHAR, 2, '0') AS function_code, one_of(['教育支出', '社会保障和就业', '卫生健康', '城乡社区', '交通运输', '节能环保', '文化旅游', '公共安全', '农林水', '科学技术'], i % 22, 'function') AS function_name,
       one_of(['市民政局', '市交通委', '市教委', '市卫生健康委', '市财政局', '市文旅局', '市生态环境局', '市数据局'], i, 'body') AS body, (whole(i, 'plan', 20, 9000) * 10000)::DECIMAL(16, 2) AS planned_yuan
FROM range(0, many(2970, 190)) AS r (i) ORDER BY function_code;

CREATE TABLE budget_execution AS
SELECT strftime(m, '%Y-%m') AS month, b AS body, (whole(hash(b, m), 'spent', 800, 9000) * 10000)::DECIMAL(16, 2) AS spent_yuan, (month(m) / 12.0 * (0.86 + 0.2 * u(hash(b, m), 'share')) * 100)::DECIMAL(5, 1) AS percent_of_year
FROM (VALUES ('市民政局'), ('市交通委'), ('市教委'), ('市卫生健康委'), ('市财政局'), ('市文旅局'), ('市生态环境局'), ('市数据局'), ('市人社局'), ('市市场监管局'), ('市气象局'), ('市水务局')) AS a (b), generate_series(DATE '2024-01-01', DATE '2026-10-01', INTERVAL 1 MONTH) AS g (m)
ORDER BY month, body;

CREATE TABLE procurement AS
SELECT 'CG' || lpad(i::VARCHAR, 6, '0') AS contract_no, one_of(['市民政局', '市交通委', '市教委', '市卫生健康委', '市文旅局', '市生态环境局', '市数据局'], i, 'buyer') AS buyer, one_of(['物业服务', '信息系统运维', '办公设备', '校园餐', '公交站牌', '监测设备', '养老服务', '图书'], i, 'what') AS subject,
       credit_code(10000000 + (1 + (i * 43) % many(120000, 1500)) * 613) AS supplier, (whole(i, 'price', 3, 900) * 10000 + whole(i, 'odd', 0, 9999))::DECIMAL(14, 2) AS price_yuan, day_before(i, 'signed', 900) AS signed_on, one_of(['公开招标', '竞争性磋商', '框架协议', '单一来源'], i, 'how') AS method
FROM range(1, many(4100, 120) + 1) AS r (i) ORDER BY contract_no;

CREATE TABLE district_transfers AS
SELECT y::INTEGER AS year, d.name AS district, k AS kind, (whole(hash(d.code, y, k), 'yuan', 300, 6000) * 100000)::DECIMAL(16, 2) AS yuan
FROM district AS d, range(2022, 2027) AS r (y), (VALUES ('一般性转移支付'), ('教育专项'), ('生态补偿'), ('养老服务专项')) AS t (k) ORDER BY year, d.code, kind;
