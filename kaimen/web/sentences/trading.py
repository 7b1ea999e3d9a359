"""What the codes of trading mean to a person."""

from kaimen.web.sentences.form import TERMS, Sentence, Words

TERMS |= {
    "buyer": ("buyer", "买方"),
    "seller": ("seller", "卖方"),
    "source_review": ("the review of the source", "来源审查"),
    "registration": ("the registration of the asset", "资产登记"),
    "buyer_admission": ("the admission of the buyer", "买方的准入"),
    "seller_admission": ("the admission of the seller", "卖方的准入"),
}

SENTENCES: dict[str, Sentence] = {
    "notice_unknown": Sentence(
        en=Words(
            what="There is no such registration in public notice.",
            why="Its notice has ended, or the number is wrong.",
            todo="Look at the list of notices.",
        ),
        zh=Words(what="没有这条公示。", why="公示已结束，或者编号不对。", todo="请查看公示列表。"),
    ),
    "asset_unknown": Sentence(
        en=Words(what="There is no such registration.", why="The register has no such code.", todo="Check the code."),
        zh=Words(what="没有这项登记。", why="登记簿里没有这个编码。", todo="请核对编码。"),
    ),
    "asset_code_taken": Sentence(
        en=Words(
            what="This code is given already.",
            why="A registration code stands for one asset.",
            todo="Check the code that the platform above gave.",
        ),
        zh=Words(what="这个编码已经用过。", why="一个登记编码只对应一项资产。", todo="请核对上级平台给的编码。"),
    ),
    "public_notice_running": Sentence(
        en=Words(
            what="The public notice is still running.",
            why="Everybody may object until {until}.",
            todo="Give the code after that day.",
        ),
        zh=Words(what="公示期还没满。", why="公示到 {until}，期间任何人都可以提出异议。", todo="期满后再赋码。"),
    ),
    "renewal_window": Sentence(
        en=Words(
            what="A renewal cannot be applied for now.",
            why="It is applied for from {since} to {until}.",
            todo="Come back in those days.",
        ),
        zh=Words(what="现在不能申请续期。", why="续期从 {since} 到 {until} 之间提出。", todo="请在期间内提出。"),
    ),
    "asset_still_valid": Sentence(
        en=Words(
            what="The registration has not expired.",
            why="It is valid until {until}.",
            todo="To end it earlier, cancel it.",
        ),
        zh=Words(what="登记还没到期。", why="有效至 {until}。", todo="要提前结束，请办理注销。"),
    ),
    "trading_off": Sentence(
        en=Words(
            what="Trading is off.",
            why="No lawful operator of the exchange is named (Beijing 20 and 22).",
            todo="Wait until the data authority names one; the page of the exchange says so.",
        ),
        zh=Words(
            what="交易未开启。",
            why="还没有依法确定的交易运营者（北京条例第20、22条）。",
            todo="请等数据主管部门确定运营者，交易页面会公布。",
        ),
    ),
    "party_exists": Sentence(
        en=Words(
            what="Your body has an admission already: {number}.",
            why="A body is admitted once at a time (TRD-01).",
            todo="Go on with that case; ask there to be checked again.",
        ),
        zh=Words(
            what="本机构已有准入申请：{number}。",
            why="一个机构同时只有一项准入（TRD-01）。",
            todo="请在原来的办件里继续，需要时申请重新查验。",
        ),
    ),
    "party_barred": Sentence(
        en=Words(
            what="Your body is barred from the exchange.",
            why="Two of the exchange's staff decided so; the case says why (TRD-01).",
            todo="Turn to the data authority if you contest it.",
        ),
        zh=Words(
            what="本机构已被禁止交易。",
            why="由交易机构两人决定，理由见办件（TRD-01）。",
            todo="有异议的，请向数据主管部门提出。",
        ),
    ),
    "party_still_valid": Sentence(
        en=Words(
            what="The admission has not expired.",
            why="It is valid until {until} (TRD-07).",
            todo="To end it earlier, suspend and bar, or let the party withdraw.",
        ),
        zh=Words(
            what="准入还没到期。", why="有效至 {until}（TRD-07）。", todo="要提前结束，请先暂停，再由另一人决定禁止。"
        ),
    ),
    "identity_unverified": Sentence(
        en=Words(
            what="The identity of one side is not checked or its check has expired: {side:term}.",
            why="Nothing is traded before both identities stand checked (Data Security Law 33, TRD-01).",
            todo="That side applies for admission, or asks to be checked again.",
        ),
        zh=Words(
            what="有一方的身份没有查验或已到期：{side:term}。",
            why="双方身份查验有效才能交易（数据安全法第33条，TRD-01）。",
            todo="请该方申请准入，或申请重新查验。",
        ),
    ),
    "source_unreviewed": Sentence(
        en=Words(
            what="The source of this product is not reviewed, or the review has expired ({until}).",
            why="Nothing is traded before the source stands reviewed (Data Security Law 33, TRD-01).",
            todo="The exchange reviews the source again; then order.",
        ),
        zh=Words(
            what="产品来源没有审查，或审查已到期（{until}）。",
            why="来源审查有效才能交易（数据安全法第33条，TRD-01）。",
            todo="请交易机构重新审查来源，再下单。",
        ),
    ),
    "asset_not_valid": Sentence(
        en=Words(
            what="The registration {asset} is not valid any more.",
            why="Only a registered asset is offered (Beijing 21, REG-02).",
            todo="Renew the registration, or take the listing back.",
        ),
        zh=Words(
            what="登记 {asset} 已经失效。",
            why="登记有效的资产才能挂牌（北京条例第21条，REG-02）。",
            todo="请先续期，或者撤回挂牌。",
        ),
    ),
    "product_not_yours": Sentence(
        en=Words(
            what="These data are not your body's: {dataset}.",
            why="A product delivers the data of its seller (TRD-01).",
            todo="Choose an entry of your own body.",
        ),
        zh=Words(
            what="这份数据不是本机构的：{dataset}。",
            why="产品只能交付卖方自己的数据（TRD-01）。",
            todo="请选本机构的数据。",
        ),
    ),
    "product_open_already": Sentence(
        en=Words(
            what="These data are open to everybody: {dataset}.",
            why="What anybody takes for nothing is not sold (Beijing 18).",
            todo="Choose data that are not open, or make a product of your own work.",
        ),
        zh=Words(
            what="这份数据已向公众开放：{dataset}。",
            why="公众可以无偿获取的数据不出售（北京条例第18条）。",
            todo="请选没有开放的数据。",
        ),
    ),
    "product_unknown": Sentence(
        en=Words(
            what="There is no such product.",
            why="It was never listed, the number is wrong, or trading is off.",
            todo="Look at the list of products.",
        ),
        zh=Words(what="没有这个产品。", why="没有上架过、编号不对，或者交易未开启。", todo="请查看产品列表。"),
    ),
    "product_not_offered": Sentence(
        en=Words(
            what="This product cannot be ordered now: {product}.",
            why="It is suspended or taken off, or the registration of its asset has ended (TRD-01).",
            todo="Choose another product, or ask its seller.",
        ),
        zh=Words(
            what="这个产品现在不能下单：{product}。",
            why="产品已暂停或下架，或者资产登记已失效（TRD-01）。",
            todo="请选别的产品，或联系卖方。",
        ),
    ),
    "product_own": Sentence(
        en=Words(
            what="This is a product of your own body.",
            why="A contract has two sides (TRD-01).",
            todo="Use your data without buying them.",
        ),
        zh=Words(what="这是本机构自己的产品。", why="合同要有两方（TRD-01）。", todo="自己的数据不用买。"),
    ),
    "product_partner": Sentence(
        en=Words(
            what="Your body has a share in what this product brings.",
            why="A part of the price would come back to the buyer; a contract has two sides (TRD-01).",
            todo="Let the seller list the product without your share, then order it.",
        ),
        zh=Words(
            what="本机构参与这个产品的收益分成。",
            why="价款会有一部分回到买方手里；合同要有两方（TRD-01）。",
            todo="请卖方挂牌时不给本机构分成，再来订购。",
        ),
    ),
    "simulated_off": Sentence(
        en=Words(
            what="Simulated payments are not taken here.",
            why="This exchange is in production: only real money opens an escrow.",
            todo="Order with bank transfer.",
        ),
        zh=Words(
            what="这里不接受模拟付款。", why="本交易所已正式运行，只有真实资金才能进入托管。", todo="请选银行转账下单。"
        ),
    ),
    "reference_used": Sentence(
        en=Words(
            what="This reference of the bank is entered already: {reference}.",
            why="One transfer pays one order (TRD-02).",
            todo="Compare with the statement and write the right reference.",
        ),
        zh=Words(
            what="这个银行流水号已经用过：{reference}。",
            why="一笔到账只对应一个订单（TRD-02）。",
            todo="请核对对账单，填写正确的流水号。",
        ),
    ),
    "account_short": Sentence(
        en=Words(
            what="There is not that much money on the account ({key}).",
            why="An escrow is never overdrawn, and nobody is paid more than is owed.",
            todo="Compare with the journal; nothing was posted.",
        ),
        zh=Words(
            what="账户余额不够（{key}）。",
            why="托管账户不能透支，付出不能超过应付。",
            todo="请核对日记账；这一笔没有记账。",
        ),
    ),
    "entry_empty": Sentence(
        en=Words(
            what="There is nothing to post ({key}).",
            why="An entry moves whole fen between two accounts.",
            todo="Compare with the journal; nothing was posted.",
        ),
        zh=Words(what="没有可记的账（{key}）。", why="一笔分录要在两个账户之间记整数分。", todo="请核对日记账。"),
    ),
    "idempotency_mismatch": Sentence(
        en=Words(
            what="This was posted already, with other amounts ({key}).",
            why="What happened to money is written once and never changed (TRD-02).",
            todo="Compare with the journal; nothing was posted.",
        ),
        zh=Words(
            what="这件事已经记过账，金额不同（{key}）。",
            why="资金变动只记一次，不能改（TRD-02）。",
            todo="请核对日记账；这一笔没有记账。",
        ),
    ),
    "use_outlives": Sentence(
        en=Words(
            what="The use would last longer than what the contract rests on.",
            why="What ends first is {first:term}, on {until} (TRD-01, TRD-07).",
            todo="Choose a day up to {until}. Once it is renewed, a new order can last longer.",
        ),
        zh=Words(
            what="使用期限比合同所依据的还长。",
            why="最先到期的是{first:term}，到 {until} 为止（TRD-01、TRD-07）。",
            todo="请选不晚于 {until} 的日期；续期以后可以另外下单。",
        ),
    ),
    "acceptance_running": Sentence(
        en=Words(
            what="The buyer still has time to look at the delivery.",
            why="The term runs until {until} (POL-TRD-ACCEPT).",
            todo="Wait for the buyer's word. After that day you can call the exchange in; silence is no acceptance.",
        ),
        zh=Words(
            what="买方的验收期还没过。",
            why="验收期到 {until} 为止（POL-TRD-ACCEPT）。",
            todo="请等买方表态；过了这一天可以请交易机构处理，没有表态不算验收。",
        ),
    ),
    "order_held": Sentence(
        en=Words(
            what="This order is frozen by alert {alert}.",
            why="The exchange looks into it (Beijing 22); nothing moves until then.",
            todo="Wait until the alert is dealt with, or answer the exchange's questions.",
        ),
        zh=Words(
            what="订单已被预警 {alert} 冻结。",
            why="交易机构正在查看（北京条例第22条），期间订单不动。",
            todo="请等预警处理完，或答复交易机构的询问。",
        ),
    ),
    "order_unknown": Sentence(
        en=Words(
            what="There is no such order, or it is not yours to see.",
            why="Only its two sides, the exchange and those who oversee it see it.",
            todo="Check the number.",
        ),
        zh=Words(
            what="没有这个订单，或者您无权查看。", why="订单只有双方、交易机构和监督部门能看。", todo="请核对编号。"
        ),
    ),
    "books_closed": Sentence(
        en=Words(
            what="The journal is not yours to see.",
            why="Staff of the exchange and those who oversee it read it.",
            todo="Your own orders show what happened to their money.",
        ),
        zh=Words(
            what="您无权查看日记账。", why="只有交易机构人员和监督部门能看。", todo="您的订单页上有本单的资金记录。"
        ),
    ),
}
