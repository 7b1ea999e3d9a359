"""Sentences of the gate: why a question was refused or broken off, and what one can do."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

TERMS |= {
    "open-data": ("“open data”", "“开放数据”"),
    "impact": ("impact on persons", "对个人的影响"),
    "export": ("impact of the export", "出境的影响"),
    "objection": (
        "Somebody says that they infringe a right or contain personal information. That is being checked.",
        "有人提出异议，认为其中侵犯权利或者含有个人信息，正在核实。",
    ),
    "closed": (
        "The body that holds them, or the data authority, has closed them for now.",
        "持有数据的单位或者数据主管部门已暂时关闭。",
    ),
    "important_data": ("risk of providing important data", "提供重要数据的风险"),
}

SENTENCES: dict[str, Sentence] = {
    "dataset_unknown": Sentence(
        en=Words(
            what="There is no dataset named “{name}” that you may ask.",
            why="It does not exist, or it was not given to you: both get the same answer.",
            todo="Look for the name in the catalogue. For data that are not open, ask the body that holds them, or call the help line.",
        ),
        zh=Words(
            what="没有名叫“{name}”、您可以问的数据。",
            why="可能没有这份数据，也可能没有给您：两种情况答复一样。",
            todo="请到目录里核对名称。不开放的数据，请找持有它的单位，或拨打服务电话。",
        ),
    ),
    "second_view": Sentence(
        en=Words(
            what="This recipient sees “{dataset}” already under “{grant}”, until {until}, and not in the same way.",
            why="Laid side by side, the two would show more of persons than either does: {columns} (BJ-46).",
            todo="Ask for no more than “{grant}” shows, or have it ended and agree on one view for both needs. It stands under Agreements (/agreements), for both bodies.",
        ),
        zh=Words(
            what="对方已按“{grant}”看到“{dataset}”，到{until}为止，看到的方式与这次不同。",
            why="两份结果拼在一起，会比任何一份多露出个人的情况：{columns}（BJ-46）。",
            todo="请只要“{grant}”看得到的内容，或者先终止它，把两种需要合成一份约定。双方都能在“共享协议”页（/agreements）找到它。",
        ),
    ),
    "release_recalled": Sentence(
        en=Words(
            what="This result was recalled, and its bytes are destroyed here.",
            why="Whoever released it took it back before its day.",
            todo="Destroy what you fetched before. Ask the operator of the zone whether there will be another result.",
        ),
        zh=Words(
            what="这份成果已被召回，这里的内容已经销毁。",
            why="放行的单位在期限之前收回了它。",
            todo="以前下载的请销毁；是否会有新的成果，请问专区运营方。",
        ),
    ),
    "emergency_second_view": Sentence(
        en=Words(
            what="This body sees “{dataset}” already under “{grant}”, and not in the same way. The emergency access was not opened.",
            why="Laid side by side, the two would show more of persons than either does: {columns} (BJ-46). An emergency is no exception.",
            todo="Grant only columns that lie within what “{grant}” shows, or suspend that agreement first, until the emergency is over.",
        ),
        zh=Words(
            what="对方已按“{grant}”看到“{dataset}”，看到的方式与这次不同。紧急访问没有开通。",
            why="两份结果拼在一起，会比任何一份多露出个人的情况：{columns}（BJ-46）。紧急情况也不例外。",
            todo="请只批准“{grant}”已经看得到的数据项；或者先暂停那份约定，等紧急访问结束再恢复。",
        ),
    ),
    "purpose_missing": Sentence(
        en=Words(
            what="Say what the answer is for.",
            why="Data are given for a purpose, and the purpose decides what you get.",
            todo="Choose a purpose and ask again. Your question is kept.",
        ),
        zh=Words(
            what="请先说明用途。",
            why="数据按用途给，用途决定您能得到什么。",
            todo="选一个用途再问。您写的问题还在。",
        ),
    ),
    "not_permitted": Sentence(
        en=Words(
            what="Your purpose or your way of asking is not in the agreement.",
            why="Agreement {agreement:term} does not cover “{purpose}”. A rule decided, nobody looked. Nothing was read.",
            todo="Choose the purpose that was agreed, or ask the body that holds the data for another agreement.",
        ),
        zh=Words(
            what="您的用途或者问法，不在这份数据的协议里。",
            why="协议 {agreement:term} 没有写“{purpose}”这个用途。这是规则判的，没有人看过。数据一行也没有读。",
            todo="换成协议里的用途，或者向数据的单位另外申请。",
        ),
    ),
    "agreement_opens_nothing": Sentence(
        en=Words(
            what="No agreement of yours with the number {agreement} opens these data.",
            why="An agreement opens only the data that it names, to the body that it was made with, from its first day on. Nothing is chosen in its place. Nothing was read.",
            todo="Compare the number, the data and the first day under Agreements (/agreements), or leave the number out: then the agreement that fits is used.",
        ),
        zh=Words(
            what="您没有编号为 {agreement}、能打开这份数据的协议。",
            why="协议只打开它写明的数据，只对签约的单位，并且从生效那天起。系统不会另选一份协议代替。数据一行也没有读。",
            todo="请在“共享协议”页（/agreements）核对编号、数据和生效日期；也可以不填编号，由系统用适用的那一份。",
        ),
    ),
    "dataset_closed": Sentence(
        en=Words(
            what="“{dataset}” is offline since {since}: nobody is given these data now.",
            why="{because:term} Nothing was read.",
            todo="Nothing is wrong with your agreement or your purpose. Come back later, or ask the body that holds the data.",
        ),
        zh=Words(
            what="“{dataset}”自 {since} 起下线，现在谁都拿不到这份数据。",
            why="{because:term}数据一行也没有读。",
            todo="您的协议和用途都没有问题。请过些时候再来，或者询问持有数据的单位。",
        ),
    ),
    "grant_expired": Sentence(
        en=Words(
            what="The agreement {agreement} is not in force today.",
            why="It has ended, or it has not begun.",
            todo="Ask the body that holds the data for a new one.",
        ),
        zh=Words(
            what="协议 {agreement} 今天不在有效期内。",
            why="已经到期，或者还没有开始。",
            todo="请向数据的单位申请续期。",
        ),
    ),
    "columns_gone": Sentence(
        en=Words(
            what="The data no longer have what was agreed.",
            why="These columns are not in the entry as it is published now: {columns}.",
            todo="Give this request up and ask anew for what is there.",
        ),
        zh=Words(
            what="数据里已经没有商定的内容。",
            why="现在发布的条目没有这些列：{columns}。",
            todo="放弃这件申请，按现有的列重新申请。",
        ),
    ),
    "grant_uncleared": Sentence(
        en=Words(
            what="The agreement {agreement} is shut: its assessment is over.",
            why="The impact assessment on which it stands has ended or was declared void. The agreement itself has not ended.",
            todo="Ask the protection officer of the body that holds the data; with a new assessment it opens by itself.",
        ),
        zh=Words(
            what="协议 {agreement} 已停：评估不再有效。",
            why="协议所依据的影响评估到期或者被宣布无效了；协议本身没有到期。",
            todo="请联系数据单位的个人信息保护负责人；有了新的评估，协议会自动恢复。",
        ),
    ),
    "grant_suspended": Sentence(
        en=Words(
            what="This agreement is suspended for now.",
            why="The body that holds the data has closed it. What was under way has been stopped.",
            todo="Ask that body for the reason; it must give one.",
        ),
        zh=Words(
            what="这份协议暂停使用。",
            why="数据的单位把它停了，正在传的也已经中断。",
            todo="请向那个单位询问原因，它应当说明。",
        ),
    ),
    "quota_spent": Sentence(
        en=Words(
            what="What was agreed for this period has been used up.",
            why="The agreement allows {limit} {what} in this window ({window}).",
            todo="Wait for the next period, or ask for more.",
        ),
        zh=Words(
            what="这个周期的用量已经用完。",
            why="协议约定每个周期（{window}）最多 {limit}（{what}）。",
            todo="等下一个周期，或者申请增加。",
        ),
    ),
    "obligation_unenforceable": Sentence(
        en=Words(
            what="A condition of the agreement cannot be carried out here, so nothing is given.",
            why="What cannot be guaranteed is refused, not skipped.",
            todo="Ask by another way, or show this code to the body that holds the data.",
        ),
        zh=Words(
            what="协议里有一个条件，这里没有办法做到，所以不给。",
            why="做不到的条件，我们拒绝，不会跳过。",
            todo="请换一种方式，或者把这个编号告诉数据的单位。",
        ),
    ),
    "combine_not_granted": Sentence(
        en=Words(
            what="These data may not be put together with others.",
            why="One of the agreements says so.",
            todo="Ask about each dataset by itself, or ask for that right.",
        ),
        zh=Words(
            what="这份数据不能和别的数据放在一起问。",
            why="其中一份协议是这样约定的。",
            todo="请分开问，或者申请合并使用。",
        ),
    ),
    "level_too_high": Sentence(
        en=Words(
            what="These data are more sensitive than the agreement allows.",
            why="An agreement states the highest level that it may give.",
            todo="Ask for fewer columns, or for another agreement.",
        ),
        zh=Words(
            what="这份数据的级别高于协议允许的级别。",
            why="协议写明了最高能给到几级。",
            todo="请少要几列，或者另外申请。",
        ),
    ),
    "channel_not_agreed": Sentence(
        en=Words(
            what="The agreement does not allow this way of delivery.",
            why="It names the ways by which data may travel.",
            todo="Use one of those that were agreed.",
        ),
        zh=Words(
            what="协议没有约定用这种方式给。",
            why="协议写明了可以用哪些方式。",
            todo="请改用约定的方式。",
        ),
    ),
    "nothing_visible": Sentence(
        en=Words(
            what="No column of this dataset is left for you.",
            why="Every column is withheld under the rules that apply to you.",
            todo="Ask the body that holds the data which columns it can share.",
        ),
        zh=Words(
            what="这份数据没有一列可以给您。",
            why="按适用的规则，每一列都留在门内。",
            todo="请问数据的单位，哪些列可以共享。",
        ),
    ),
    "assessment_missing": Sentence(
        en=Words(
            what="An assessment has to come first.",
            why="Information on persons or important data would go to somebody else, and none is in force for this recipient, purpose and these columns ({kinds:term}).",
            todo="The steward of the providing body drafts one under Cases, “Impact assessment”; its protection officer endorses it and its head approves it.",
        ),
        zh=Words(
            what="要先做评估。",
            why="个人信息或重要数据要提供给别人，但没有对这个接收方、用途和这些数据项有效的评估（{kinds:term}）。",
            todo="请数据提供方的数据管理员在“办事”里起草“影响评估”，由保护负责人审核、单位负责人批准。",
        ),
    ),
    "clearance_form": Sentence(
        en=Words(
            what="The assessment does not say enough.",
            why="It needs a recipient, purposes, columns and a day that is still to come.",
            todo="Complete it and approve it again.",
        ),
        zh=Words(
            what="评估写得不全。",
            why="要写明接收方、用途、数据项，以及一个还没到的截止日。",
            todo="补全后再批准。",
        ),
    ),
    "clearance_unknown": Sentence(
        en=Words(
            what="There is no such assessment at the gate.",
            why="It was never approved, or the number is wrong.",
            todo="Check the number of the case.",
        ),
        zh=Words(what="门上没有这项评估。", why="它没有批准过，或者编号不对。", todo="请核对办件编号。"),
    ),
    "sql_too_long": Sentence(
        en=Words(
            what="The question is too long.",
            why="At most {longest} signs, and not too many words among them.",
            todo="Shorten lists of values, or ask in parts.",
        ),
        zh=Words(
            what="问题太长了。",
            why="最多 {longest} 个字符，词也不能太多。",
            todo="请缩短取值清单，或者分几次问。",
        ),
    ),
    "sql_too_deep": Sentence(
        en=Words(
            what="The question is nested too deeply.",
            why="At most {deepest} brackets inside one another, or links in one chain.",
            todo="Take inner parts out with WITH.",
        ),
        zh=Words(
            what="问题嵌套得太深。",
            why="括号最多套 {deepest} 层，一串点或下标也最多这么长。",
            todo="可以用 WITH 把里面的部分拆出来。",
        ),
    ),
    "grant_needed": Sentence(
        en=Words(
            what="Your own body provides “{dataset}”, and nothing lets you ask it.",
            why="Also the provider asks under an agreement: who looks at what, and what for, must be in the record.",
            todo="Ask the head of your department or the data authority for a grant; loads and their quarantine are under Data coming in.",
        ),
        zh=Words(
            what="“{dataset}”由您单位提供，但没有授权让您查询。",
            why="提供单位自己查也要有授权：谁看了什么、为了什么，都要留下记录。",
            todo="请部门负责人或数据主管部门授权；数据的入湖和隔离行在“数据汇入”里看。",
        ),
    ),
    "sql_syntax": Sentence(
        en=Words(
            what="The question cannot be read.",
            why="Line {line}, place {column}.",
            todo="Look for a missing comma, bracket or quotation mark there.",
        ),
        zh=Words(
            what="这个问题读不懂。",
            why="在第 {line} 行第 {column} 个字附近。",
            todo="请看看那里是不是少了逗号、括号或者引号。",
        ),
    ),
    "sql_not_a_query": Sentence(
        en=Words(
            what="One question at a time, and only a question.",
            why="Only SELECT (with WITH, UNION and the like) is read; nothing can be changed here.",
            todo="Write one SELECT without a second statement.",
        ),
        zh=Words(
            what="一次只能问一个问题，也只能问。",
            why="只读 SELECT（可以带 WITH、UNION 等），这里什么也改不了。",
            todo="请只写一个 SELECT。",
        ),
    ),
    "sql_bare_values": Sentence(
        en=Words(
            what="VALUES by itself cannot be asked.",
            why="A question begins with SELECT or WITH.",
            todo="Put the values into FROM: SELECT * FROM (VALUES (1), (2)) AS v(x).",
        ),
        zh=Words(
            what="VALUES 不能单独拿来问。",
            why="问题要以 SELECT 或者 WITH 开头。",
            todo="请把它放进 FROM：SELECT * FROM (VALUES (1), (2)) AS v(x)。",
        ),
    ),
    "sql_into": Sentence(
        en=Words(
            what="SELECT … INTO cannot be used here: nothing is stored.",
            why="INTO would make a table of the answer, and here questions are only answered.",
            todo="Leave out “INTO” and the name after it. To use the rows again in the same question, write WITH x AS (SELECT …).",
        ),
        zh=Words(
            what="这里不能用 SELECT … INTO：什么也不会存下来。",
            why="INTO 会把结果存成一张表，而这里只回答问题。",
            todo="请去掉 INTO 和它后面的名字；同一个问题里还要用这些行，请写 WITH x AS (SELECT …)。",
        ),
    ),
    "sql_construct": Sentence(
        en=Words(
            what="“{name}” is not among the forms that may be asked.",
            why="The gate lets through what is on its list; the list is in the guide.",
            todo="Write it in another way.",
        ),
        zh=Words(
            what="“{name}”这种写法不在可以问的范围里。",
            why="门只放行清单上的写法，清单在使用说明里。",
            todo="请换一种写法。",
        ),
    ),
    "sql_function": Sentence(
        en=Words(
            what="The function {name} is not among those that may be asked.",
            why="The gate lets through what is on its list; the list is in the guide.",
            todo="Use another function.",
        ),
        zh=Words(
            what="函数 {name} 不在可以用的范围里。",
            why="门只放行清单上的函数，清单在使用说明里。",
            todo="请换一个函数。",
        ),
    ),
    "sql_type": Sentence(
        en=Words(
            what="The type {name} is not among those that may be used.",
            why="The gate lets through what is on its list.",
            todo="Use a text, a number, a date or a truth value.",
        ),
        zh=Words(
            what="类型 {name} 不在可以用的范围里。",
            why="门只放行清单上的类型。",
            todo="请用文字、数字、日期或者真假值。",
        ),
    ),
    "sql_mixed": Sentence(
        en=Words(
            what="Values of different types meet in {name}, and it is not clear which type they shall have.",
            why="A value that does not fit would end the question, and that could tell about rows that you may not see.",
            todo="Write the type: CAST(… AS VARCHAR), TRY_CAST(… AS BIGINT). A join by USING can be written with ON.",
        ),
        zh=Words(
            what="{name} 里碰到了不同类型的值，看不出要按哪种类型来算。",
            why="有一个值对不上，整个问题就会中断，而中断本身会透露您看不到的行。",
            todo="请写明类型：CAST(… AS VARCHAR)、TRY_CAST(… AS BIGINT)。USING 连接可以改写成 ON。",
        ),
    ),
    "sql_unbounded": Sentence(
        en=Words(
            what="{name} needs a plain number of at most {most}.",
            why="Otherwise a short question could become a very large one.",
            todo="Write the number itself.",
        ),
        zh=Words(
            what="{name} 的次数要写成不超过 {most} 的数字。",
            why="不然一个很短的问题会变得非常大。",
            todo="请直接写数字。",
        ),
    ),
    "sql_not_totals": Sentence(
        en=Words(
            what="These data are given as totals only.",
            why="Ask with count, sum or avg of plain columns, grouped by columns by their names (not by their places, as in GROUP BY 1), over this one dataset.",
            todo="For example: SELECT district, count(*) FROM … GROUP BY district.",
        ),
        zh=Words(
            what="这份数据只给合计。",
            why="只能用 count、sum、avg，对一列计算，按列名分组（不能写 GROUP BY 1 这样的序号），并且只问这一份数据。",
            todo="例如：SELECT district, count(*) FROM … GROUP BY district。",
        ),
    ),
    "parameter_count": Sentence(
        en=Words(
            what="The question has {asked} places for values, {given} were given.",
            why="Every ? or $name needs its value, and only one of the two ways may be used.",
            todo="Give one value for each.",
        ),
        zh=Words(
            what="问题里有 {asked} 处要填值，给了 {given} 个。",
            why="每个 ? 或者 $名字 都要有值，两种写法不能混用。",
            todo="请一一对应地填上。",
        ),
    ),
    "sql_limit": Sentence(
        en=Words(
            what="LIMIT or OFFSET is too large a number.",
            why="Rows can be counted up to {most}.",
            todo="Write a smaller number, or leave it out for all rows.",
        ),
        zh=Words(
            what="LIMIT 或 OFFSET 的数字太大。",
            why="行数最多数到 {most}。",
            todo="请写小一点的数；要全部的行，就不要写。",
        ),
    ),
    "parameter_names": Sentence(
        en=Words(
            what="The names of the values are not those of the question.",
            why="The question asks for {asked}; given were {given}.",
            todo="Give each name of the question, written without its $, and no other.",
        ),
        zh=Words(
            what="值的名字和问题里的对不上。",
            why="问题里要的是 {asked}，给的是 {given}。",
            todo="请按问题里的名字（不带 $）逐个给值，不要多也不要少。",
        ),
    ),
    "column_unknown": Sentence(
        en=Words(
            what="The question names a column that is not there: “{name}”.",
            why="It may be misspelt, or it is not given to you: both get the same answer. Where every name is right, a function was handed "
            "what it does not take.",
            todo="Look at the columns of the dataset and their types.",
        ),
        zh=Words(
            what="问题里有一列找不到：“{name}”。",
            why="可能写错了，也可能没有给您：两种情况答复一样。如果名字都对，就是给函数的值类型不合。",
            todo="请对照这份数据的字段和类型。",
        ),
    ),
    "evaluation": Sentence(
        en=Words(
            what="The question could not be worked out on these data.",
            why="A value could not be converted, or a number became too large.",
            todo="Use TRY_CAST, or exclude such values.",
        ),
        zh=Words(
            what="这个问题在数据上算不出来。",
            why="有的值转换不了，或者数字太大。",
            todo="可以用 TRY_CAST，或者先把这样的值排除。",
        ),
    ),
    "budget_time": Sentence(
        en=Words(
            what="The question took too long and was stopped.",
            why="So that others can ask too.",
            todo="Ask for less: fewer rows, a smaller join, a filter first.",
        ),
        zh=Words(
            what="这个问题算得太久，已经停下。",
            why="这样别人也能问。",
            todo="请少要一些：先筛选，少连接，少取行。",
        ),
    ),
    "budget_memory": Sentence(
        en=Words(
            what="The question needs more memory than one question may have.",
            why="So that others can ask too.",
            todo="Sort or group less at once.",
        ),
        zh=Words(
            what="这个问题要的内存超过一个问题的上限。",
            why="这样别人也能问。",
            todo="请减少一次排序或分组的量。",
        ),
    ),
    "budget_rows": Sentence(
        en=Words(
            what="The answer has more rows than may be given at once.",
            why="What came before this point is not the whole answer.",
            todo="Add a LIMIT or a filter.",
        ),
        zh=Words(
            what="回答的行数超过一次能给的上限。",
            why="在这之前收到的，不是完整的回答。",
            todo="请加 LIMIT 或者筛选条件。",
        ),
    ),
    "budget_bytes": Sentence(
        en=Words(
            what="The answer is larger than may be given at once.",
            why="What came before this point is not the whole answer.",
            todo="Ask for fewer columns or rows.",
        ),
        zh=Words(
            what="回答的大小超过一次能给的上限。",
            why="在这之前收到的，不是完整的回答。",
            todo="请少要一些列或者行。",
        ),
    ),
    "too_many_rows": Sentence(
        en=Words(
            what="The dataset has {rows:,} rows, and one answer gives at most {most:,}.",
            why="Nothing was read, so that no part of it can be taken for the whole.",
            todo="Add a LIMIT or a filter. All of an open dataset comes as a file from its page.",
        ),
        zh=Words(
            what="这份数据有 {rows:,} 行，一次回答最多给 {most:,} 行。",
            why="一行也没有读，免得您把一部分当成全部。",
            todo="请加 LIMIT 或者筛选条件。开放数据可以在它的页面整份下载。",
        ),
    ),
    "whole_too_large": Sentence(
        en=Words(
            what="The dataset is too large for one file.",
            why="It has {rows:,} rows and {mb:,} MB in store; one file holds at most {most:,} rows and {most_mb:,} MB. Nothing was read.",
            todo="Take it in parts, on the page Ask or by POST /api/v1/query: at most {part:,} rows each, the first for example "
            "by {example}, the next from the last value on.",
        ),
        zh=Words(
            what="这份数据太大，不能放进一个文件。",
            why="它有 {rows:,} 行，存储 {mb:,} MB；一个文件最多 {most:,} 行、{most_mb:,} MB。一行也没有读。",
            todo="请分几次取：在“提问”页或者用 POST /api/v1/query，每次最多 {part:,} 行。第一次可以写 {example}，下一次从上次最后一个值接着取。",
        ),
    ),
    "too_many_files": Sentence(
        en=Words(
            what="The question touches too many files.",
            why="At most {most}.",
            todo="Ask about fewer datasets at once; the operator may compact them.",
        ),
        zh=Words(
            what="这个问题涉及的文件太多。",
            why="最多 {most} 个。",
            todo="请少问几份数据，运维人员也可以合并文件。",
        ),
    ),
    "too_many_tables": Sentence(
        en=Words(
            what="The question names too many datasets.",
            why="At most {most}.",
            todo="Ask in parts.",
        ),
        zh=Words(
            what="一个问题里的数据太多。",
            why="最多 {most} 份。",
            todo="请分几次问。",
        ),
    ),
    "engine_busy": Sentence(
        en=Words(
            what="Many are asking just now.",
            why="Your question has waited for its turn and was not run.",
            todo="Try again in {retry_after_s} seconds.",
        ),
        zh=Words(
            what="现在问的人很多。",
            why="您的问题排了队，还没有轮到。",
            todo="请 {retry_after_s} 秒后再试。",
        ),
    ),
    "engine_away": Sentence(
        en=Words(
            what="Nobody is there to work on the question.",
            why="The process that answers questions does not run.",
            todo="Try again in {retry_after_s} seconds. Whoever runs this installation starts it with `kaimen serve`.",
        ),
        zh=Words(
            what="现在没有进程来算这个问题。",
            why="回答问题的进程没有在运行。",
            todo="请 {retry_after_s} 秒后再试。本系统的运维可以用 kaimen serve 启动它。",
        ),
    ),
    "engine_lost": Sentence(
        en=Words(
            what="The question was broken off; our fault.",
            why="The process that worked on it has ended. Nothing partial was given as a whole.",
            todo="Try again in {retry_after_s} seconds.",
        ),
        zh=Words(
            what="问题算到一半断了，是我们的问题。",
            why="算它的进程停了。没有把一半当成全部给您。",
            todo="请 {retry_after_s} 秒后再试。",
        ),
    ),
    "snapshot_unavailable": Sentence(
        en=Words(
            what="The data cannot be read just now.",
            why="A file of this version is not where it should be.",
            todo="Try again in {retry_after_s} seconds; if it stays so, tell us.",
        ),
        zh=Words(
            what="现在读不到这份数据。",
            why="这一版有文件不在应有的位置。",
            todo="请 {retry_after_s} 秒后再试；一直这样，请告诉我们。",
        ),
    ),
    "receipt_unknown": Sentence(
        en=Words(
            what="No answer to you has this receipt.",
            why="It may be misspelt, or it was given to somebody else.",
            todo="Anybody can check a receipt itself in the log.",
        ),
        zh=Words(
            what="没有查到给您的这张回执。",
            why="编号可能写错，也可能是给别人的。",
            todo="回执本身，谁都可以在日志里核对。",
        ),
    ),
    "grant_unknown": Sentence(
        en=Words(
            what="There is no agreement with this number.",
            todo="Check the number.",
        ),
        zh=Words(
            what="没有这个编号的协议。",
            todo="请核对编号。",
        ),
    ),
    "grant_exists": Sentence(
        en=Words(
            what="An agreement {grant} exists already.",
            why="Numbers are used once.",
            todo="Choose another number.",
        ),
        zh=Words(
            what="已经有编号为 {grant} 的协议。",
            why="编号只用一次。",
            todo="请换一个编号。",
        ),
    ),
    "grant_form": Sentence(
        en=Words(
            what="The agreement is not complete.",
            why="It needs somebody to whom it is given, at least one purpose, a term that ends after it begins, and conditions that the gate knows.",
            todo="Complete it and save again.",
        ),
        zh=Words(
            what="协议没有写全。",
            why="要写明给谁、至少一个用途、起止日期（止要晚于起），条件要是门能做到的。",
            todo="请补全后再保存。",
        ),
    ),
    "grant_by_case": Sentence(
        en=Words(
            what="“{grant}” was given by a case, and only that case ends it.",
            todo="Open the case under that number and take the step that ends it.",
        ),
        zh=Words(
            what="“{grant}”是由一个案件开通的，只能在那个案件里终止。",
            todo="请打开这个编号的案件，在案件里终止。",
        ),
    ),
    "grant_not_yours": Sentence(
        en=Words(
            what="Only the body that holds the data, or the data authority, can do this.",
            todo="Ask one of the two.",
        ),
        zh=Words(
            what="只有数据的单位或者数据主管部门能这样做。",
            todo="请联系其中一方。",
        ),
    ),
    "policy_unreadable": Sentence(
        en=Words(
            what="This is not a policy.",
            why="It has a part that we do not know, or one of the wrong kind.",
            todo="Compare it with the reference of policies.",
        ),
        zh=Words(
            what="这不是一份规则。",
            why="里面有我们不认识的部分，或者类型不对。",
            todo="请对照规则的写法。",
        ),
    ),
    "closed_rows": Sentence(
        en=Words(
            what="These rows cannot be withheld.",
            why="Rows are known by the values of a column of text of the entry; {column} is none, or no value was given.",
            todo="Choose the column that holds the identifier.",
        ),
        zh=Words(
            what="不能这样停止提供。",
            why="要按条目里文本列的值来认行；{column} 不是文本列，或者没有给值。",
            todo="请选存放标识的那一列。",
        ),
    ),
}
