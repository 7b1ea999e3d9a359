"""What must never pass, and every place where it could be tried."""

from __future__ import annotations

from pathlib import Path

TEXTS = [
    line
    for line in (Path(__file__).parent / "hostile.sql").read_text("utf-8").splitlines()
    if line and (not line.startswith("--") or line == "-- nothing")
]

TABLES = [
    "'file.parquet'", '"file.parquet"', "'/etc/passwd'", "'*.csv'", "read_parquet('x')", "parquet_scan('x')", "read_csv('x')", "read_csv_auto('x')",
    "sniff_csv('x')", "read_json('x')", "read_json_auto('x')", "read_json_objects('x')", "read_ndjson('x')", "read_ndjson_objects('x')", "read_text('x')",
    "read_blob('x')", "read_xlsx('x')", "glob('*')", "parquet_metadata('x')", "parquet_schema('x')", "parquet_file_metadata('x')",
    "parquet_kv_metadata('x')", "parquet_bloom_probe('x', 'a', 1)", "delta_scan('x')", "iceberg_scan('x')", "sqlite_scan('x', 'y')", "postgres_scan('a', 'b', 'c')",
    "query('SELECT 1')", "query_table('persons')", "query_table(['persons'])", "duckdb_settings()", "duckdb_tables()", "duckdb_views()", "duckdb_columns()",
    "duckdb_databases()", "duckdb_functions()", "duckdb_secrets()", "duckdb_logs()", "duckdb_logs", "duckdb_memory()", "duckdb_extensions()", "duckdb_temporary_files()",
    "duckdb_external_file_cache()", "duckdb_variables()", "pragma_table_info('persons')", "pragma_storage_info('persons')", "pragma_database_size()", "pragma_version()",
    "pragma_user_agent()", "pg_catalog.pg_tables", "pg_tables", "pg_class", "information_schema.tables", "information_schema.columns", "sqlite_master", "sqlite_schema",
    "test_all_types()", "arrow_scan(1, 2, 3)", "arrow_scan_dumb(1, 2, 3)", "pandas_scan(1)", "python_map_function()", "repeat('x', 3)", "repeat_row(1, num_rows = 3)",
    "summary(persons)", "json_execute_serialized_sql('x')", "from_substrait('x')", "checkpoint()", "force_checkpoint()", "seq_scan('persons')", "index_scan('x')",
    "which_secret('x', 's3')", "storage_info('x')", "enable_logging()", "disable_logging()", "truncate_duckdb_logs()", "sql_auto_complete('x')", "icu_calendar_names()",
    "pg_timezone_names()", "main.persons", "memory.main.persons", "unknown", "range(100001)", "json_each('[]')", "generate_series(1, 100001)", "generate_series(1, (SELECT 5))",
]  # fmt: skip
"""Each instead of a table."""

FUNCTIONS = [
    "getenv('HOME')", "current_setting('allowed_paths')", "getvariable('x')", "set_config('x', 'y', false)", "version()", "pg_version()", "current_user()",
    "current_database()", "current_schema()", "current_schemas(true)", "current_query()", "current_role()", "user()", "session_user()", "txid_current()", "nextval('s')",
    "currval('s')", "random()", "setseed(0.5)", "uuid()", "gen_random_uuid()", "uuidv7()", "sleep_ms(1000)", "write_log('x')", "error('x')", "query('x')", "hash(1)", "typeof(1)",
    "stats(1)", "alias(1)", "format('{:>100000000}', 'x')", "printf('%100000000d', 1)", "range(100000000)", "list_sum(range(5))", "bar(1, 0, 1, 100000000)", "read_text('x')",
    "read_blob('x')", "json_serialize_sql('x')", "json_deserialize_sql('x')", "json_execute_serialized_sql('x')", "to_json(1)", "json_extract('{}', '$')",
    "parse_path('x')", "parse_dirname('x')", "pg_read_file('x')", "pg_ls_dir('x')", "pg_sleep(1)", "lo_import('x')", "dblink('x', 'y')", "load_extension('x')", "readfile('x')",
    "writefile('x', 'y')", "system('x')", "shell('x')", "pg_size_pretty(1)", "pg_typeof(1)", "pg_get_viewdef(1)", "has_table_privilege('x', 'y')", "col_description(1, 1)",
    "obj_description(1)", "format_pg_type(1, 'x')", "add_parquet_key('k', 'x')", "icu_sort_key('a', 'de')", "create_sort_key(1, 'ASC')", "vector_type(1)", "can_cast_implicitly(1, 2)",
    "in_search_path('a', 'b')", "current_localtime()", "get_current_time()", "last_insert_rowid()", "finalize(1)", "combine(1, 2)", "equi_width_bins(1, 2, 3, true)", "list_aggregate([1], 'sum')",
    "list_transform([1], lambda x : x)", "map_from_entries([1])", "struct_extract(1, 'a')", "struct_insert(1, a := 1)", "unnest_wildcard(1)", "histogram(1)", "repeat('a', 100001)",
    "repeat('a', length('b'))", "lpad('a', 1000000, 'b')", "rpad('a', 1e9, 'b')", "generate_series(1, 1e9)", "encode('x')", "decode('x')", "unhex('41')", "from_base64('x')", "url_decode('x')",
    "array_value(1)", "constant_or_null(1, 2)", "ST_Read('x')", "http_get('x')", "unknown_function(1)", "COLUMNS('x')", "{'a': 1}", "MAP {'a': 1}", "CAST('x' AS JSON)",
    "(SELECT content FROM read_text('x'))", "(SELECT 1 FROM 'x.parquet')", "(FROM unknown)", "(TABLE unknown)", "(WITH a AS (SELECT 1 FROM unknown) SELECT * FROM a)",
    "EXISTS (FROM 'x.csv')", "ARRAY(SELECT name FROM unknown)", "1 IN (FROM unknown)", "1 = ANY (SELECT 1 FROM unknown)",
]  # fmt: skip
"""Each instead of a value."""

TABLE_PLACES = [
    "SELECT * FROM {}", "FROM {}", "SELECT 1 FROM persons, {}", "SELECT 1 FROM persons JOIN {} ON true", "SELECT 1 FROM persons LEFT JOIN {} AS x USING (id)",
    "SELECT 1 FROM (SELECT * FROM {}) AS x", "SELECT 1 FROM (persons CROSS JOIN {})", "WITH x AS (SELECT * FROM {}) SELECT 1", "WITH persons AS (FROM {}) FROM persons",
    "WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a FROM x, {}) FROM x", "SELECT (SELECT 1 FROM {}) FROM persons", "SELECT 1 FROM persons WHERE id IN (SELECT 1 FROM {})",
    "SELECT 1 FROM persons WHERE EXISTS (FROM {})", "SELECT 1 UNION ALL (SELECT 1 FROM {})", "SELECT 1 FROM persons ORDER BY (SELECT 1 FROM {})",
    "SELECT 1 FROM persons LIMIT (SELECT count(*) FROM {})", "SELECT count(*) FROM persons GROUP BY region HAVING 1 = (SELECT 1 FROM {})",
    "SELECT sum(id) FILTER (WHERE id = (SELECT 1 FROM {})) FROM persons", "SELECT 1 FROM unnest((SELECT [1] FROM {})) AS u(x)", "SELECT 1 FROM persons NATURAL JOIN {} AS x",
    "SELECT 1 FROM persons SEMI JOIN {} AS x ON true", "SELECT 1 EXCEPT SELECT 1 FROM {}", "SELECT 1 FROM (VALUES ((SELECT 1 FROM {}))) AS v(x)",
]  # fmt: skip
VALUE_PLACES = [
    "SELECT {}", "SELECT {} FROM persons", "SELECT 1 FROM persons WHERE {} = 'x'", "SELECT 1 FROM persons WHERE id IN (1, {})", "SELECT 1 FROM persons WHERE id BETWEEN 1 AND {}",
    "SELECT count(*) FROM persons GROUP BY {}", "SELECT count(*) FROM persons GROUP BY ROLLUP ({})", "SELECT count(*) FROM persons GROUP BY region HAVING max({}) > 1",
    "SELECT 1 FROM persons ORDER BY {}", "SELECT 1 FROM persons LIMIT {}", "SELECT 1 FROM persons OFFSET {}", "SELECT 1 FROM persons AS a JOIN persons AS b ON {} = 1",
    "SELECT sum(id) FILTER (WHERE {} = 1) FROM persons", "SELECT rank() OVER (PARTITION BY {} ORDER BY id) FROM persons", "SELECT rank() OVER (ORDER BY {}) FROM persons",
    "SELECT lag(id, 1, {}) OVER w FROM persons WINDOW w AS (ORDER BY id)", "SELECT 1 FROM persons QUALIFY max({}) OVER () = 1", "SELECT CASE WHEN {} = 1 THEN 1 END", "SELECT CASE {} WHEN 1 THEN 2 END",
    "SELECT CAST({} AS VARCHAR)", "SELECT 'a' || {}", "SELECT coalesce(NULL, {})", "SELECT upper({})", "SELECT [1, {}]", "SELECT ([1, 2])[{}]", "SELECT string_agg(name, ',' ORDER BY {}) FROM persons",
    "SELECT 1 FROM unnest([{}]) AS u(x)", "SELECT 1 FROM (VALUES ({})) AS v(x)", "SELECT DISTINCT ON ({}) id FROM persons", "SELECT * REPLACE ({} AS id) FROM persons",
    "WITH x AS (SELECT {} AS y) SELECT * FROM x", "SELECT DATE '2020-01-01' + INTERVAL 1 DAY, {}", "SELECT 1 WHERE ({}, 1) = (1, 1)", "SELECT NOT {} IS NULL", "SELECT - {}", "SELECT name LIKE {} FROM persons",
    "SELECT extract(year FROM {})",
]  # fmt: skip
