"""What the lake refuses: deliveries, contracts, feeds and loads."""

from kaimen.web.sentences.form import TERMS, Sentence, Words


def _said(en: tuple[str, str, str], zh: tuple[str, str, str]) -> Sentence:
    return Sentence(en=Words(what=en[0], why=en[1], todo=en[2]), zh=Words(what=zh[0], why=zh[1], todo=zh[2]))


TERMS |= {
    "no_table": ("it is not a table but some other kind of file", "它不是表格，是别的文件"),
    "unreadable": ("its content is damaged", "内容损坏"),
    "line_ends": ("its lines end in different ways", "换行方式不统一"),
    "carriage_returns": (
        "its lines end with a carriage return alone, as on very old computers",
        "换行只用了回车符（CR），是很老的电脑的写法",
    ),
    "long_line": ("a line is far too long", "有一行太长"),
    "kind": ("this kind of file is not known", "不认识这种文件"),
    "workbook": ("the workbook is damaged", "工作簿损坏"),
    "sheet": ("the sheet is not there", "没有这个工作表"),
    "header": ("there is no header line", "没有表头"),
    "cells beyond the header": ("cells stand where the header has no name", "有单元格超出表头"),
    "ratio": (
        "unpacked it would be more than 200 times as large, and no workbook is",
        "解开后会大到 200 倍以上，工作簿不会这样",
    ),
    "size": (
        "unpacked it would be larger than 1 GB, or larger than it says",
        "解开后会超过 1 GB，或者比它自己说的还大",
    ),
    "members": ("it holds more than 1,000 files, and no workbook does", "里面有 1000 个以上的文件，工作簿不会这样"),
    "names": ("a file in it is named as if it lay outside", "里面有文件的名字指到了外面"),
    "parquet": ("it is no sound Parquet file", "不是完整的 Parquet 文件"),
    "nested columns": ("a column holds more than one value in a cell", "有的列里一格放了多个值"),
    "unpublished": ("The catalogue entry has not been approved and published.", "目录条目还没有批准发布。"),
    "not_a_dataset": (
        "The catalogue entry describes a service, an application or a facility, not a dataset.",
        "这个目录条目是接口、应用或设施，不是数据集。",
    ),
    "no_columns": ("The catalogue entry lists no columns.", "目录条目没有登记任何列。"),
}

SENTENCES: dict[str, Sentence] = {
    "load_body": Sentence(
        en=Words(
            what="Something was sent, but no file was found in it.",
            why="A file comes in the multipart field `file`; only an empty request asks the source.",
            todo="Send the file in the field `file`, or send nothing at all.",
        ),
        zh=Words(
            what="收到了内容，但里面没有文件。",
            why="文件要放在 multipart 的 file 字段里；只有空请求才会去问来源。",
            todo="请把文件放进 file 字段，或者什么都不要发。",
        ),
    ),
    "idempotency_key": Sentence(
        en=Words(
            what="This key was used for another file.",
            why="The same key means the same load: {load}.",
            todo="Use a new key for a new file.",
        ),
        zh=Words(what="这个键已经用于另一个文件。", why="同一个键表示同一次入湖：{load}。", todo="新文件请用新的键。"),
    ),
    "file_empty": _said(
        ("The file is empty.", "Not one byte arrived.", "Export it again and send it once more."),
        ("文件是空的。", "一个字节也没有收到。", "重新导出，再传一次。"),
    ),
    "file_too_large": _said(
        ("The file is too large.", "A load takes at most {most} bytes.", "Split it, or load it from the database itself."),
        ("文件太大。", "一次最多 {most} 字节。", "分成几个文件，或直接从数据库接入。"),
    ),
    "file_encoding": _said(
        (
            "The letters of this file cannot be read.",
            "Read as {expected} it has bytes that stand for no letter, first in line {line}, at byte {byte} of the file. "
            "Nothing was loaded, the last version stands.",
            "Save it as UTF-8 and send it again, or name its encoding in the settings of the feed.",
        ),
        (
            "认不出这个文件的文字。",
            "按 {expected} 读不通：第 {line} 行，文件的第 {byte} 字节处不成字。什么也没有入湖，上一版照旧。",
            "另存为 UTF-8，再传一次；或者在通道的设置里写明编码。",
        ),
    ),
    "file_format": _said(
        (
            "This file cannot be read as a table.",
            "The trouble is: {what:term}. Nothing was loaded, the last version stands.",
            "Send CSV, Excel or Parquet, with one header line and one kind of line end.",
        ),
        ("这个文件读不成表。", "问题在：{what:term}。什么也没有入湖，上一版照旧。", "请传 CSV、Excel 或 Parquet，一行表头，换行方式统一。"),
    ),
    "file_locked": _said(
        ("The workbook is locked with a password.", "It cannot be opened, and we do not ask for passwords.", "Save it without a password and send it again."),
        ("工作簿加了密码。", "打不开，我们也不问密码。", "去掉密码另存一份，再传一次。"),
    ),
    "archive_unsafe": _said(
        ("The workbook was not opened.", "The trouble is: {what:term}.", "Save it anew from your spreadsheet program, or send CSV."),
        ("没有打开这个工作簿。", "问题在：{what:term}。", "用表格软件重新保存，或改传 CSV。"),
    ),
    "file_missing": _said(
        ("There is no file in this request.", "This feed lives from files that people bring.", "Choose a file and send it again."),
        ("请求里没有文件。", "这个通道靠人送文件。", "选好文件，再传一次。"),
    ),
    "header_mismatch": _said(
        (
            "The columns are not those that the catalogue lists.",
            "Missing: {missing}. Not listed: {unknown}. Twice: {twice}. Nothing was loaded, the last version stands.",
            "Mend the header line or the names of the source's columns, or change the catalogue entry first.",
        ),
        (
            "列和目录里登记的不一样。",
            "缺：{missing}。没登记：{unknown}。重复：{twice}。什么也没有入湖，上一版照旧。",
            "改好表头（或来源表的列名）；列真的变了，就先改目录。",
        ),
    ),
    "records_unaccounted": _said(
        (
            "The books do not balance.",
            "The file has {counted} records, the reader found {found}. A quote was probably left open, first at line {line}. "
            "Nothing was loaded, the last version stands.",
            "Mend that line. Where cells hold line breaks, say so in the settings of the feed.",
        ),
        (
            "条数对不上。",
            "文件里有 {counted} 条，读出 {found} 条。多半是引号没有闭合，先看第 {line} 行。什么也没有入湖，上一版照旧。",
            "改好这一行。单元格里本来就有换行的，在通道设置里说明。",
        ),
    ),
    "too_many_faults": _said(
        ("Too many rows are wrong.", "More than {most} rows stayed behind.", "Look at the first of them: it is probably one and the same mistake."),
        ("出错的行太多。", "超过 {most} 行没有通过。", "先看最前面几行，多半是同一个错。"),
    ),
    "contract_invalid": _said(
        ("The settings of this feed do not fit.", "The trouble is: {what}.", "Mend the settings or the catalogue entry."),
        ("通道的设置不合用。", "问题在：{what}。", "改设置，或改目录条目。"),
    ),
    "rule_invalid": _said(
        ("A rule cannot be used.", "It stands at the column {column}.", "Mend the rule."),
        ("有一条规则不能用。", "在列 {column}。", "改好这条规则。"),
    ),
    "schema_change": _said(
        (
            "The table's columns have changed.",
            "Lost: {lost}. New: {added}. Of another type: {changed}. Tables are never changed in silence.",
            "Publish the change in the catalogue, then load into a new entry.",
        ),
        (
            "表的列变了。",
            "少了：{lost}。多了：{added}。类型变了：{changed}。系统不会悄悄改表。",
            "先在目录里发布变更，再入到新的条目。",
        ),
    ),
    "feed_exists": _said(
        ("There is a feed of this name.", "The name {name} is taken.", "Choose another name."),
        ("这个名字的通道已经有了。", "名字 {name} 已被占用。", "换一个名字。"),
    ),
    "source_kind": _said(
        ("This kind of source is not known.", "{kind} cannot be connected.", "Choose file, sqlite or postgresql."),
        ("不认识这种来源。", "接不了 {kind}。", "可选 file、sqlite、postgresql。"),
    ),
    "reason_missing": _said(
        ("A reason is missing.", "Whoever decides says why; it is kept with the decision.", "Write one sentence."),
        ("还没有写理由。", "谁决定，谁说明；理由和决定一起留存。", "写一句话。"),
    ),
    "feed_missing": _said(
        ("There is no such feed.", "It does not exist, or it is not yours.", "Look at the feeds of your body."),
        ("没有这个通道。", "它不存在，或不归您管。", "看看本单位的通道。"),
    ),
    "load_missing": _said(
        ("There is no such load.", "It does not exist, or it is not yours.", "Look at the loads of your body."),
        ("没有这次入湖。", "它不存在，或不归您管。", "看看本单位的入湖记录。"),
    ),
    "source_missing": _said(
        ("There is no such source.", "It does not exist, or it is not yours.", "Look at the sources of your body."),
        ("没有这个来源。", "它不存在，或不归您管。", "看看本单位的来源。"),
    ),
    "snapshot_missing": _said(
        ("There is no such version.", "No data have been published under this number yet.", "Look at the list of versions."),
        ("没有这一版数据。", "这个版本号还没有发布过数据。", "看看版本列表。"),
    ),
    "dataset_not_loadable": _said(
        ("No data can be loaded into this entry.", "{reason:term}", "Data come into published entries of datasets that list their columns."),
        ("这个条目不能入湖。", "{reason:term}", "能入湖的，是已经发布、登记了列的数据集条目。"),
    ),
    "load_waits": _said(
        (
            "This load waits.",
            "Load {seq} of the same feed is held; somebody must decide it first. This one goes on by itself then.",
            "A data steward or the head of the sharing office of the body releases or refuses load {seq} at /en/lake/loads/{load}.",
        ),
        (
            "这次入湖在排队。",
            "同一通道的第 {seq} 次还在等人决定；决定以后，这次会自动接着办。",
            "请本单位的数据专员或共享工作机构负责人到 /lake/loads/{load} 放行或退回第 {seq} 次。",
        ),
    ),
    "load_held": _said(
        (
            "The load is held: somebody must decide.",
            "{why} {records} records: {accepted} good, {quarantined} stayed behind. Nothing is published yet, the last version stands.",
            "A data steward or the head of the sharing office of the body releases or refuses it at /en/lake/loads/{load}.",
        ),
        (
            "这次入湖在等人决定。",
            "{why} 共 {records} 条：{accepted} 条通过，{quarantined} 条没通过。还没有发布，上一版照旧。",
            "请本单位的数据专员或共享工作机构负责人到 /lake/loads/{load} 放行或退回。",
        ),
    ),
    "load_unnamed": _said(
        ("It is not said what to load.", "Name either a feed or, with --entry, a catalogue entry, not both.", "For example: kaimen load --entry public-car-parks --file parks.csv"),
        ("没有说清楚要入湖什么。", "写一个通道，或者用 --entry 写一个目录条目，二者选一。", "例如：kaimen load --entry public-car-parks --file parks.csv"),
    ),
    "load_entry_missing": _said(
        ("There is no catalogue entry “{entry}”.", "Neither an identifier nor a short name is so.", "Look for its short name in the catalogue: it stands in the address of its page."),
        ("没有目录条目“{entry}”。", "没有这个标识，也没有这个短名。", "请到目录里核对短名：它在条目页面的网址里。"),
    ),
    "load_file_missing": _said(
        ("It is not said which file to load into “{entry}”.", "With --entry, a file is brought.", "Add --file FILE. To load from a connected database, name its feed instead of the entry."),
        ("没有写要把哪个文件送入“{entry}”。", "用 --entry 时，要同时给文件。", "请加上 --file 文件名。要从接好的数据库入湖，就不写条目，写通道的名字。"),
    ),
    "file_is_folder": _said(
        ("“{file}” is a folder.", "One file is loaded at a time.", "Name a file in it."),
        ("“{file}”是文件夹。", "一次入湖一个文件。", "请写出其中一个文件。"),
    ),
    "file_not_there": _said(
        ("There is no file “{file}”.", "Nothing lies at this place, or it may not be looked at.", "Check the path."),
        ("没有文件“{file}”。", "这个位置什么也没有，或者不让看。", "请核对路径。"),
    ),
    "tolerance_exceeded": _said(
        ("Too many rows stayed behind for it to publish by itself.", "The share is above what was agreed.", "Look at them, then release or refuse the load."),
        ("没通过的行太多，不能自动发布。", "占比超过了约定。", "看过以后，放行或退回。"),
    ),
    "empty_delivery": _said(
        ("No row is left.", "Publishing this delivery would empty the dataset.", "Refuse it, or release it if the data have really ended."),
        ("一行也不剩。", "发布这次交付会把数据清空。", "退回它；数据真的没有了，再放行。"),
    ),
    "key_not_unique": _said(
        ("The same key stands in several rows.", "Keys that are there more than once: {rows}.", "Remove the doubles, or mend the key in the catalogue."),
        ("主键有重复。", "有 {rows} 个主键出现了不止一次。", "去掉重复的行，或改目录里的主键。"),
    ),
    "personal_undeclared": _said(
        (
            "There are identifiers of persons where the catalogue says that there are none.",
            "Identity, card or telephone numbers stand in: {columns}. These columns are not marked as personal information (PIPL 4, 28).",
            "Have the columns marked in the catalogue and publish that, then release the load; or refuse it and leave the columns out.",
        ),
        (
            "目录说没有个人信息的列里，有个人的号码。",
            "这些列里有身份证号、银行卡号或者手机号：{columns}。目录没有标成个人信息（个保法第四条、第二十八条）。",
            "先在目录里把这些列标成个人信息并发布，再放行；或者退回，去掉这些列。",
        ),
    ),
    "personal_suspected": _said(
        (
            "Columns that are not marked look like names of persons or like homes.",
            "They are: {suspects}. The catalogue does not mark them as personal information (PIPL 4, 13).",
            "If they are persons, have the columns marked and published, or refuse the load. If not, somebody else than who loaded them says so and releases it.",
        ),
        (
            "没有标成个人信息的列里，像是有人的姓名或者住址。",
            "这些列是：{suspects}。目录没有标成个人信息（个保法第四条、第十三条）。",
            "是个人的，先在目录里标好并发布，或者退回；不是的，由入湖以外的另一人写明理由放行。",
        ),
    ),
    "load_second_look": _said(
        (
            "Somebody else has to look at this load.",
            "Columns that are not marked look like names of persons or like homes: {columns}. Who loaded them does not release them.",
            "Ask the other steward or the head of the sharing office to look, or have the columns marked.",
        ),
        (
            "这次入湖要由另一人来看。",
            "没有标成个人信息的列像是有人的姓名或者住址：{columns}。谁入湖，谁不能放行。",
            "请另一位数据专员或者共享工作机构负责人来看；或者先在目录里把这些列标好。",
        ),
    ),
    "load_personal": _said(
        (
            "This load may not be released.",
            "Identifiers of persons stand in columns that the catalogue does not mark: {columns}. No reason lets them through.",
            "Have the columns marked in the catalogue and publish that, then release the load; or refuse it.",
        ),
        (
            "这次入湖不能放行。",
            "目录没有标成个人信息的列里有个人的号码：{columns}。写什么理由都不能放行。",
            "先在目录里标好并发布，再放行；或者退回。",
        ),
    ),
    "refused_by_person": _said(
        ("This load was refused.", "Somebody looked at it and did not let it through.", "Read the reason, mend the data, send them again."),
        ("这次入湖被退回。", "有人看过，没有放行。", "看理由，改好数据，再传一次。"),
    ),
    "table_feature": _said(
        ("This table cannot be read safely.", "It uses a feature that would make us read deleted or misnamed data.", "Export it as a plain table."),
        ("这张表读了不放心。", "它用了我们不认识的特性，照读会读到已删或错名的数据。", "导出成普通表。"),
    ),
    "file_zero_byte": _said(
        ("The file holds a byte that is nothing.", "In line {line}, at byte {byte}, stands a zero byte (NUL), which no text has.", "Export the file again, or take that byte out, then send it once more."),
        ("文件里有一个空字节。", "第 {line} 行、第 {byte} 字节是空字节（NUL），文本里不会有。", "请重新导出，或者去掉这个字节，再传一次。"),
    ),
    "table_busy": _said(
        ("Another load is being published.", "A table has one writer at a time.", "Wait a moment; this load goes on by itself."),
        ("另一次入湖正在发布。", "一张表同时只有一个写者。", "稍等，会自动接着办。"),
    ),
    "storage_full": _said(
        ("The disk is full; our fault.", "Nothing half done is visible, the last version stands.", "Tell the operators; the load goes on when there is room."),
        ("磁盘满了，是我们的问题。", "没有半截数据可见，上一版照旧。", "请告诉运维；腾出地方后会接着办。"),
    ),
    "storage_unreachable": _said(
        ("The storage does not answer; our fault.", "Nothing half done is visible, the last version stands.", "Try again later."),
        ("存储没有回应，是我们的问题。", "没有半截数据可见，上一版照旧。", "过一会儿再试。"),
    ),
    "source_unreachable": _said(
        ("The source does not answer.", "Its database or its file could not be reached, or did not let us in. The last version stands.", "Nothing is lost: it is tried again by itself. If it lasts, check the address, the path of the file and the password."),
        ("来源没有回应。", "连不上它的数据库或数据库文件，或者它不让进。上一版照旧。", "什么也没有丢，系统会自己再试。若一直如此，请检查地址、文件路径和密码。"),
    ),
    "source_changed": _said(
        (
            "The table went away while it was read.",
            "{table} is no longer as it was at the beginning. Nothing was loaded, the last version stands.",
            "Ask those who run the source, then load again.",
        ),
        ("读到一半，表没了。", "{table} 和开始读的时候不一样了。什么也没有入湖，上一版照旧。", "问来源系统的人，再入一次。"),
    ),
    "snapshot_erased": _said(
        ("This version is gone.", "Rows had to be deleted at the request of a person, and version {number} held them.", "Use the newest version."),
        ("这个版本已经不在了。", "应个人请求删除了数据，第 {number} 版含有这些行。", "请用最新版本。"),
    ),
    "load_base_moved": _said(
        ("The table has changed meanwhile.", "Rows were taken out of version {base}, and a newer one was published since. Nothing was overwritten.", "Nothing: it is done again from the newest version by itself."),
        ("表在此期间有了新版本。", "原来要从第 {base} 版里删行，后来又发布了新版本；什么也没有覆盖。", "不用处理，系统会从最新版本重新做。"),
    ),
    "erasure_column": _said(
        ("There is no such column.", "The published version has no column {column}.", "Write the name of the column as it stands in the table."),
        ("没有这一列。", "已发布的版本里没有列 {column}。", "请按表里的列名填写。"),
    ),
    "erasure_values": _said(
        ("No usable value was given.", "Between one and {most} values say whose rows are meant.", "Write the value of the person in that column."),
        ("没有给出能用的值。", "要用 1 到 {most} 个值说明是谁的行。", "请填本人在这一列的值。"),
    ),
}  # fmt: skip
