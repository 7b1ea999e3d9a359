-- Words that all bodies' generators use. Every value is a function of (seed, row number, name of the column): no random().

-- Hashed twice: one hash of several values is a sum of their hashes by bits, so two salts would give numbers that go together.
CREATE MACRO u(i, salt) AS (hash(hash(getvariable('seed'), i, salt)) / 18446744073709551616.0);        -- uniform in [0, 1)
CREATE MACRO whole(i, salt, low, high) AS (low + floor(u(i, salt) * (high - low + 1)))::INTEGER;       -- low … high, both included
CREATE MACRO bell(i, salt) AS ((u(i, salt) + u(i, salt || '2') + u(i, salt || '3') - 1.5) * 2);        -- about normal: 0 ± 1, within ± 3
CREATE MACRO one_of(choices, i, salt) AS (choices[1 + floor(u(i, salt) * len(choices))::INTEGER]);
CREATE MACRO many(full_size, least) AS (greatest(least, round(full_size * getvariable('scale'))::INTEGER));
CREATE MACRO last_days(full_size) AS (least(full_size, greatest(12, round(full_size * getvariable('scale'))::INTEGER)));
CREATE MACRO today() AS (getvariable('day'));
CREATE MACRO days_ago(days) AS (today() - days::INTEGER);
CREATE MACRO day_before(i, salt, most) AS (today() - whole(i, salt, 0, most));
CREATE MACRO clock(hour) AS (CASE WHEN hour < 10 THEN '0' ELSE '' END || hour || ':00');

-- People who do not exist. Region 119999 was never given out, so no identity number belongs to anybody.
CREATE MACRO family_name(i, salt) AS one_of(['王','李','张','刘','陈','杨','赵','黄','周','吴','徐','孙','胡','朱','高','林','何','郭','马','罗','梁','宋','郑','谢','韩','唐','冯','于','董','萧','程','曹','袁','邓','许','傅','沈','曾','彭','吕','苏','卢','蒋','蔡','贾','丁','魏','薛','叶','阎','欧阳','司马'], i, salt);
CREATE MACRO given_name(i, salt) AS (
    one_of(['建','国','文','秀','桂','玉','淑','德','志','永','明','春','海','金','雅','思','子','宇','欣','佳','晓','立','家','俊'], i, salt || 'a')
    || CASE WHEN u(i, salt || 'b') < 0.28 THEN '' ELSE one_of(['华','英','兰','珍','芳','军','平','强','生','林','梅','山','云','凤','霞','涛','宁','悦','涵','轩','怡','彤','成','远'], i, salt || 'c') END);
CREATE MACRO person_name(i, salt) AS (family_name(i, salt) || given_name(i, salt));
-- A day and a number that no two people share: the day walks through all days of the span, the number grows with each round.
CREATE MACRO birth_day(i, oldest, youngest) AS (today() - youngest * 365 - ((i::BIGINT * 7919) % ((oldest - youngest) * 365))::INTEGER);
CREATE MACRO birth_order(i, oldest, youngest) AS ((i // ((oldest - youngest) * 365)) * 37 + 111);
-- GB 11643: weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2; 119999 gives 7 + 9 + 90 + 45 + 72 + 36 = 259, n is the 11 digits YYYYMMDDSSS.
CREATE MACRO resident_check(n) AS (substr('10X98765432', 1 + ((259
    + (n // 10000000000) % 10 * 2 + (n // 1000000000) % 10 * 1 + (n // 100000000) % 10 * 6 + (n // 10000000) % 10 * 3
    + (n // 1000000) % 10 * 7 + (n // 100000) % 10 * 9 + (n // 10000) % 10 * 10 + (n // 1000) % 10 * 5
    + (n // 100) % 10 * 8 + (n // 10) % 10 * 4 + n % 10 * 2) % 11)::INTEGER, 1));
CREATE MACRO resident_id(birth, order_no) AS (
    '119999' || strftime(birth, '%Y%m%d') || lpad(((order_no % 999) + 1)::VARCHAR, 3, '0')
    || resident_check((strftime(birth, '%Y%m%d') || lpad(((order_no % 999) + 1)::VARCHAR, 3, '0'))::BIGINT));
-- 00 opens no trunk that exists behind it and 010-0000 is no exchange: neither can ring.
CREATE MACRO mobile(i, salt) AS ('00000' || lpad(whole(i, salt, 0, 999999)::VARCHAR, 6, '0'));
CREATE MACRO office_phone(i, salt) AS ('010-0000-' || lpad(whole(i, salt, 0, 9999)::VARCHAR, 4, '0'));

-- GB 11714 and GB 32100: 91 (companies) 119999 (no such office) + eight digits + check + check.
CREATE MACRO organisation_check(n) AS ((11 - (n // 10000000 % 10 * 3 + n // 1000000 % 10 * 7 + n // 100000 % 10 * 9 + n // 10000 % 10 * 10
    + n // 1000 % 10 * 5 + n // 100 % 10 * 8 + n // 10 % 10 * 4 + n % 10 * 2) % 11) % 11);
-- 9 1 1 1 9 9 9 9 against weights 1 3 9 27 19 26 16 17: 9 + 3 + 9 + 27 + 171 + 234 + 144 + 153 = 750; then 20 29 25 13 8 24 10 30 and 28.
CREATE MACRO credit_check(n) AS ((31 - (750 + n // 10000000 % 10 * 20 + n // 1000000 % 10 * 29 + n // 100000 % 10 * 25 + n // 10000 % 10 * 13
    + n // 1000 % 10 * 8 + n // 100 % 10 * 24 + n // 10 % 10 * 10 + n % 10 * 30
    + CASE WHEN organisation_check(n) = 10 THEN 29 ELSE organisation_check(n) END * 28) % 31) % 31);
CREATE MACRO credit_code(n) AS ('91119999' || lpad(n::VARCHAR, 8, '0')
    || CASE WHEN organisation_check(n) = 10 THEN 'X' ELSE organisation_check(n)::VARCHAR END
    || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + credit_check(n)::INTEGER, 1));

-- Real geography. The weights (how busy, how old) are ours.
CREATE TABLE district AS
SELECT row_number() OVER (ORDER BY d.code)::INTEGER AS no, d.code, d.name, replace(d.name, '区', '') AS short, d.name_en,
       d.latitude::DOUBLE AS latitude, d.longitude::DOUBLE AS longitude, w.busy, w.old
FROM read_csv(getvariable('data') || '/districts.csv', all_varchar = true) AS d
JOIN (VALUES ('110101', 1.5, 1.3), ('110102', 1.7, 1.3), ('110105', 2.0, 1.0), ('110106', 1.3, 1.1), ('110107', 1.0, 1.2), ('110108', 1.9, 0.9),
             ('110109', 0.6, 1.4), ('110111', 0.7, 1.2), ('110112', 1.2, 0.9), ('110113', 0.9, 1.0), ('110114', 1.1, 0.8), ('110115', 1.1, 0.8),
             ('110116', 0.5, 1.5), ('110117', 0.5, 1.5), ('110118', 0.5, 1.6), ('110119', 0.4, 1.7)) AS w (code, busy, old) USING (code)
ORDER BY d.code;

CREATE TABLE street AS
SELECT row_number() OVER (ORDER BY s.code)::INTEGER AS no, s.code, s.name, regexp_replace(s.name, '(地区办事处|街道办事处|街道|地区|镇|乡)$', '') AS short,
       d.code AS district_code, d.name AS district, d.short AS district_short, d.busy, d.old,
       round(d.latitude + (u(s.code, 'lat') - 0.5) * 0.09, 5) AS latitude, round(d.longitude + (u(s.code, 'lon') - 0.5) * 0.11, 5) AS longitude
FROM read_csv(getvariable('data') || '/streets.csv', all_varchar = true) AS s
JOIN district AS d ON d.code = s.district
ORDER BY s.code;

CREATE TABLE community AS
SELECT row_number() OVER (ORDER BY c.code)::INTEGER AS no, c.code, c.name,
       regexp_replace(c.name, '(社区居委会|居委会|村委会|社区)$', '') AS short,
       s.code AS street_code, s.name AS street, s.district_code, s.district, s.busy, s.old,
       (240 + u(c.code, 'households') * 1900 * s.busy)::INTEGER AS households
FROM read_csv(getvariable('data') || '/communities.csv', all_varchar = true) AS c
JOIN street AS s ON s.code = c.street
ORDER BY c.code;

CREATE MACRO a_street(i, salt) AS (whole(i, salt, 1, 349));
CREATE TABLE calendar AS SELECT * FROM read_csv(getvariable('data') || '/calendar.csv', all_varchar = true);
CREATE TABLE airport AS SELECT row_number() OVER ()::INTEGER AS no, * FROM read_csv(getvariable('data') || '/airports.csv', all_varchar = true);
