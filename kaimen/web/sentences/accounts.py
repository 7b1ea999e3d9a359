"""What accounts refuses: who one is, in which role, for whom."""

from kaimen.web.sentences.form import Sentence, Words


def _say(en: tuple[str, str, str], zh: tuple[str, str, str]) -> Sentence:
    return Sentence(en=Words(what=en[0], why=en[1], todo=en[2]), zh=Words(what=zh[0], why=zh[1], todo=zh[2]))


SENTENCES: dict[str, Sentence] = {
    # ---- who knocks
    "sign_in_needed": _say(
        (
            "Sign in first.",
            "This address is for people who have signed in.",
            "Sign in, or send a token in the Authorization header.",
        ),
        ("请先登录。", "这里只对登录的人开放。", "登录后再来；程序请在 Authorization 头里带令牌。"),
    ),
    "role_missing": _say(
        (
            "This is not for the role you act in.",
            "You act as {role:term}; it is for {roles:term}.",
            "Choose another of your offices on the desk, or ask somebody who holds one of these.",
        ),
        (
            "您现在的角色不能做这件事。",
            "您现在是{role:term}，这里要{roles:term}。",
            "到工作台换一个您担任的角色，或找担任这些角色的人办。",
        ),
    ),
    "body_of_others": _say(
        (
            "This is a matter of another body.",
            "You act for your own body, and this is about {body_en}. Your role reaches no further.",
            "Choose your own body, or ask {roles:term} there.",
        ),
        (
            "这是别的单位的事。",
            "您代表的是自己的单位，这件事是{body_zh}的；您的角色管不到那里。",
            "请选自己的单位，或者请那个单位的{roles:term}来办。",
        ),
    ),
    "hat_missing": _say(
        (
            "Say first in which office you act.",
            "You hold several, and only one is worn at a time.",
            "Choose it on the desk, then come back.",
        ),
        ("请先说明以哪个身份办。", "您担任几个角色，一次只能用一个。", "到工作台选一个，再回来。"),
    ),
    "hat_changed": _say(
        (
            "You act in another office than when this form was opened.",
            "You changed it in another window. Nothing was sent.",
            "Open the form again, or go back to that office on the desk.",
        ),
        (
            "这张表打开后，您换了身份。",
            "您在另一个窗口换了角色。这次没有提交。",
            "重新打开这张表，或到工作台换回原来的角色。",
        ),
    ),
    "second_factor_needed": _say(
        (
            "This office asks for a second factor.",
            "A password alone can be stolen.",
            "Add a passkey or an authenticator app under My account, then sign in again.",
        ),
        (
            "这个角色要用第二道验证。",
            "只有口令，被人拿走就进来了。",
            "到“我的账号”加一个通行密钥或验证器应用，再登录一次。",
        ),
    ),
    "fresh_sign_in_needed": _say(
        (
            "Confirm that it is you.",
            "What binds others needs a person who signed in within the last {max_age_s} seconds; a token cannot do it.",
            "Sign in again, or confirm with password, code or passkey.",
        ),
        (
            "请再确认一次是您本人。",
            "对别人有约束力的事，要本人在 {max_age_s} 秒内登录过；令牌不能办。",
            "重新登录，或用口令、验证码、通行密钥确认。",
        ),
    ),
    "person_needed": _say(
        (
            "This takes the person, not a token.",
            "Who gives or takes away an office does it in person, signed in on a page; a program cannot, whatever its token may do.",
            "Sign in and take this step on its page.",
        ),
        (
            "这件事要本人登录来办，令牌不行。",
            "任职和离任要由本人登录后在页面上办理；程序不能办，令牌有什么权限都一样。",
            "请登录后在页面上办这一步。",
        ),
    ),
    "insufficient_scope": _say(
        (
            "The token may not do this.",
            "It lacks the scope {scope}.",
            "Make a token with this scope, or sign in yourself.",
        ),
        ("这个令牌不能做这件事。", "它没有 {scope} 这一项。", "另做一个带这一项的令牌，或本人登录办。"),
    ),
    "token_invalid": _say(
        (
            "This token is not valid.",
            "It may be mistyped, expired or void. A token that stands in an address is made void at once.",
            "Make a new one on the desk, and send it only in the Authorization header.",
        ),
        (
            "这个令牌无效。",
            "可能抄错、过期或已作废。出现在网址里的令牌会马上作废。",
            "到工作台做一个新的，只放在 Authorization 头里。",
        ),
    ),
    "two_credentials": _say(
        (
            "Send a token or a session, not both.",
            "With both we cannot say who acts.",
            "Leave out the cookie, or leave out the Authorization header.",
        ),
        ("令牌和会话只能带一个。", "两个都带，说不清是谁在办。", "去掉 cookie，或去掉 Authorization 头。"),
    ),
    "too_many_tries": _say(
        (
            "Too many tries.",
            "From this address, or for this account, there were too many in a short time.",
            "Wait {retry_after_s} seconds, then try again.",
        ),
        ("试得太多了。", "这个地址或这个账号短时间内试了太多次。", "等 {retry_after_s} 秒再试。"),
    ),
    "demo_closed": _say(
        (
            "Closed in the demo.",
            "The people of the demo are shared by all visitors; one could lock out the others.",
            "Look at what the other offices see instead.",
        ),
        ("演示里不开放。", "演示人物是大家共用的，改了别人就进不来了。", "可以换别的角色看看。"),
    ),
    "demo_role": _say(
        (
            "There is no such person to become.",
            "Either this is no demo city, or the role is not played here.",
            "Choose a card on the sign-in page.",
        ),
        ("没有这个可以扮演的人。", "这里不是演示城市，或没有这个角色。", "请在登录页选一张卡片。"),
    ),
    # ---- offices
    "role": _say(
        (
            "There is no role {role}.",
            "The rule pack of this city does not know it.",
            "See the list of roles in the guide.",
        ),
        ("没有 {role} 这个角色。", "本市的规则包里没有它。", "请看说明里的角色表。"),
    ),
    "role_body": _say(
        (
            "This body cannot have that role.",
            "{role:term} belongs to other kinds of body.",
            "Choose another role, or correct the kind of body.",
        ),
        ("这个单位不能设这个角色。", "{role:term} 属于别的类型的单位。", "换一个角色，或更正单位类型。"),
    ),
    "role_conflict": _say(
        (
            "These two offices may not be in one hand.",
            "{role:term} and {held:term} are kept apart.",
            "End the other office first, or name somebody else.",
        ),
        ("这两个角色不能由一人担任。", "{role:term} 和 {held:term} 要分开。", "先结束另一个，或换人。"),
    ),
    "role_full": _say(
        ("The office is filled.", "A body has at most {most} {role:term}.", "End the present appointment first."),
        ("这个位置上有人了。", "一个单位最多 {most} 个{role:term}。", "先结束现在的任命。"),
    ),
    "last_of_role": _say(
        ("Somebody has to stay.", "This is the last {role:term} in office.", "Appoint a successor first."),
        ("总要留一个人。", "这是最后一个在任的{role:term}。", "先任命接任的人。"),
    ),
    "acting_term": _say(
        (
            "Acting has a limit.",
            "{role:term} may be acting for {days} days at most.",
            "Choose an earlier end, or appoint somebody.",
        ),
        ("代理有期限。", "{role:term} 代理最多 {days} 天。", "把结束日期提前，或正式任命。"),
    ),
    "appointment_term": _say(
        ("The end must come after the beginning.", "The dates do not fit.", "Change one of them."),
        ("结束日期要晚于开始日期。", "日期对不上。", "改其中一个。"),
    ),
    "appointment_ended": _say(
        (
            "This office has ended or is suspended.",
            "It acts at the moment it ends.",
            "Choose another office on the desk, or ask whoever appointed you.",
        ),
        ("这个任命已结束或暂停。", "一到期就失效。", "到工作台换一个角色，或问任命您的人。"),
    ),
    "appointment": _say(
        (
            "There is no such appointment here.",
            "It does not exist, or it is not yours to act on.",
            "Look under People on the desk.",
        ),
        ("这里没有这个任命。", "没有，或不归您办。", "请看工作台的“人员”。"),
    ),
    "founded": _say(
        (
            "The first officers are there already.",
            "After two this way in is shut.",
            "Let an operator nominate and somebody else approve.",
        ),
        ("最早的两个人已经设好了。", "满两个，这个入口就关了。", "请运行人员提名，由另一人批准。"),
    ),
    "not_delegable": _say(
        (
            "This office cannot be delegated.",
            "{role:term} stays with the person.",
            "Do it yourself, or have somebody appointed as acting.",
        ),
        ("这个角色不能委托。", "{role:term} 只能本人办。", "请本人办，或任命代理人。"),
    ),
    "not_yours_to_give": _say(
        (
            "You cannot give what you do not hold.",
            "The office, account or term is not yours.",
            "Give only what you hold, for as long as you hold it.",
        ),
        ("自己没有的，给不了别人。", "角色、账号或期限不是您的。", "只能给您有的，期限也不能更长。"),
    ),
    # ---- bodies and people
    "institution": _say(
        (
            "There is no such body here.",
            "It does not exist, has ended, or is not public.",
            "Check the name or the code.",
        ),
        ("这里没有这个单位。", "没有、已撤销，或不公开。", "请核对名称或代码。"),
    ),
    "institution_taken": _say(
        (
            "This body is entered already.",
            "Its short name {slug} or its code is taken.",
            "Look it up, or choose another short name.",
        ),
        ("这个单位已经登记了。", "短名 {slug} 或代码已被使用。", "先查一下，或换一个短名。"),
    ),
    "institution_level": _say(
        ("This level is not known.", "Levels are national, province, city, district, street.", "Choose one of them."),
        ("没有这个层级。", "层级有：国家、省、市、区、街道。", "请选一个。"),
    ),
    "body_kind": _say(
        (
            "This kind of body is not known.",
            "The kind decides which rules bind a body, so it cannot be guessed.",
            "Choose one of the list in the guide.",
        ),
        ("没有这个单位类型。", "类型决定适用哪些规则，不能猜。", "请从说明里的表中选一个。"),
    ),
    "institution_region_year": _say(
        (
            "“{found}” is no year.",
            "The year says by which table of divisions the code is read.",
            "Write four digits, for example 2024.",
        ),
        ("“{found}”不是年份。", "年份说明区划代码按哪一年的表来读。", "请写四位数字，例如 2024。"),
    ),
    "region": _say(
        ("This is no division code.", "A division code has 6, 9 or 12 digits.", "Look it up in the list of divisions."),
        ("这不是行政区划代码。", "区划代码是 6、9 或 12 位数字。", "请查区划代码表。"),
    ),
    "standing": _say(
        (
            "This standing is not known.",
            "A body is unverified, document seen, or checked in the register.",
            "Choose one of them.",
        ),
        ("没有这个核验状态。", "只有：未核验、已看证件、已查登记。", "请选一个。"),
    ),
    "uscc": _say(
        (
            "This cannot be a unified social credit code.",
            "What does not fit: {reason}.",
            "Compare it with the certificate, sign by sign.",
        ),
        ("这不是统一社会信用代码。", "不对的地方：{reason}。", "请和证书逐位核对。"),
    ),
    "competence": _say(
        (
            "No one body is competent.",
            "For {matter} in {region} there is none, or more than one.",
            "The data authority decides; ask there.",
        ),
        ("没有唯一的主管单位。", "{region} 的 {matter} 没有或不止一个单位管。", "由数据主管部门定，请问他们。"),
    ),
    "person": _say(
        ("There is no such person here.", "It may have been merged or erased.", "Search for the name again."),
        ("这里没有这个人。", "可能已合并或删除。", "请重新查名字。"),
    ),
    "account": _say(
        ("There is no such account here.", "It does not exist, or it is not for you.", "Check the number."),
        ("这里没有这个账号。", "没有，或不对您开放。", "请核对编号。"),
    ),
    "email_taken": _say(
        ("This address has an account already.", "One address, one account.", "Use the account, or another address."),
        ("这个邮箱已经有账号了。", "一个邮箱一个账号。", "用那个账号，或换一个邮箱。"),
    ),
    # ---- ways in
    "invitation_unknown": _say(
        (
            "This invitation is not known.",
            "The link may be cut off.",
            "Copy the whole link from the letter, or ask for a new one.",
        ),
        ("没有这个邀请。", "链接可能不完整。", "从信里完整复制链接，或请人重发。"),
    ),
    "invitation_used": _say(
        (
            "This invitation was used already.",
            "Each works once.",
            "Sign in with the password you chose, or ask for a new one.",
        ),
        ("这个邀请用过了。", "每个只能用一次。", "用您设的口令登录，或请人重发。"),
    ),
    "invitation_expired": _say(
        ("This invitation is too old.", "It worked for seven days.", "Ask whoever invited you for a new one."),
        ("这个邀请过期了。", "有效期 7 天。", "请邀请您的人重发。"),
    ),
    "password": _say(
        ("This password will not do.", "{reason}", "Choose another one."),
        ("这个口令不行。", "{reason}", "请换一个。"),
    ),
    # ---- tokens
    "activation_unknown": _say(
        (
            "This link is not known.",
            "It may be cut off, or was changed on its way.",
            "Copy the whole link from the letter, or ask for a new one.",
        ),
        ("没有这个链接。", "链接可能不完整，或被改动过。", "从信里完整复制链接，或请发起人重发。"),
    ),
    "activation_used": _say(
        (
            "This link was used already.",
            "Each makes one token, once.",
            "If it was not you, make the token void under My account at once. Otherwise ask for a new link.",
        ),
        (
            "这个链接用过了。",
            "每个链接只能生成一次令牌。",
            "不是您用的，请马上到“我的账号”作废令牌；还需要令牌，请发起人重发链接。",
        ),
    ),
    "activation_over": _say(
        ("This link is too old.", "Links for tokens work for some days only.", "Ask whoever sent it for a new one."),
        ("这个链接过期了。", "领取令牌的链接只在几天内有效。", "请发起人重发。"),
    ),
    "activation_ended": _say(
        (
            "This link makes no token any more.",
            "It was withdrawn or replaced, or the appointment or agreement that it belongs to has ended.",
            "Ask whoever sent it.",
        ),
        ("这个链接已停用。", "链接被撤回或另发了新的，或者相应的任职、协议已经结束。", "请问发起人。"),
    ),
    "activation_contact": _say(
        (
            "This cannot be the technical contact.",
            "It must be somebody who holds an office in the body now and has an address here.",
            "Choose one of the list.",
        ),
        ("不能选这位作技术联系人。", "要是本单位现任人员，并在这里登记了邮箱。", "请从列表里选。"),
    ),
    "token_grace": _say(
        (
            "The old token cannot work on for so long.",
            "It may be 0 to {most} days.",
            "Take fewer days; 0 after a leak.",
        ),
        ("旧令牌不能再用这么久。", "可以是 0 到 {most} 天。", "请减少天数；泄露时选 0。"),
    ),
    "desk_feed": _say(
        (
            "There is no such calendar.",
            "Its address was ended, has run out, or was copied incompletely.",
            "Make a new address on your desk.",
        ),
        ("没有这个日历。", "地址已停用、已到期，或没有抄全。", "请到工作台重新生成地址。"),
    ),
    "token": _say(
        (
            "There is no such token.",
            "It does not exist, or it is somebody else's.",
            "See your tokens under My account.",
        ),
        ("没有这个令牌。", "没有，或是别人的。", "请看“我的账号”里的令牌。"),
    ),
    "token_name": _say(
        ("Give the token a name.", "So that you know later what it is for.", "Write in a few words what uses it."),
        ("给令牌起个名字。", "以后好知道它是干什么的。", "用几个字写明谁在用。"),
    ),
    "token_days": _say(
        (
            "This is too long for a token.",
            "A token lives for 1 to {most} days.",
            "Choose fewer days and renew it in time.",
        ),
        ("令牌的期限不对。", "令牌有效 1 到 {most} 天。", "选短一点，到期前再换。"),
    ),
    "scope": _say(
        ("Say what the token may do.", "Unknown or missing: {scope}.", "Choose from the list of scopes."),
        ("请选令牌能做什么。", "没有这一项或没有选：{scope}。", "从列表里选。"),
    ),
    "ip_range": _say(
        (
            "This is no address or range of addresses.",
            "An example of a range is 10.1.0.0/16.",
            "Correct it, or leave it empty.",
        ),
        ("这不是地址或地址段。", "地址段例如 10.1.0.0/16。", "改正，或留空。"),
    ),
    # ---- at the counter
    "mandate": _say(
        (
            "There is no such mandate.",
            "It has ended, was taken back, or is another helper's.",
            "Ask the person again and record their authority.",
        ),
        ("没有这个代办。", "已结束、已收回，或者不是您办的。", "请重新问本人，再登记授权。"),
    ),
    "counter_row": _say(
        (
            "The counter {counter} is not described whole.",
            "Missing or there twice: {fields}.",
            "Mend the list and bring it again; nothing was changed.",
        ),
        ("窗口 {counter} 写得不全。", "缺少或重复：{fields}。", "请改好名单再来，现有名单没有变。"),
    ),
    "mandate_first": _say(
        (
            "Say first for whom you file.",
            "In the role of a helper you file for somebody, on an authority that is on record; not for yourself.",
            "Open “File for somebody” on the desk; for a matter of your own choose “Act as myself” there.",
        ),
        (
            "请先说明替谁办。",
            "代办员这个身份只能凭登记过的授权替别人办，不能办自己的事。",
            "在工作台打开“替人办”；办自己的事，在工作台选“以本人身份”。",
        ),
    ),
    "mandate_form": _say(
        (
            "Something is missing before you can file for somebody.",
            "Missing: {fields}.",
            "Ask the person, read it back, then go on.",
        ),
        ("代办前还缺几项。", "缺：{fields}。", "问清楚，念给对方听，再继续。"),
    ),
}
