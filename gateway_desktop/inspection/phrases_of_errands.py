"""OF_ERRANDS: what data sends a model out for, in many languages: secrets into the open, verdicts, silence.

Words of other languages are written as in `phrases_abroad`: without the first letter where it may be large.
"""

from gateway_desktop.inspection.letters import read
from gateway_desktop.inspection.phrase import FORBIDDEN, NEGATED, Phrase

_FILES = r"(?:~/\.[a-z]|\.env\b|/etc/(?:passwd|shadow)|id_(?:rsa|ed25519)|\.aws/|\.ssh/|\.netrc|\.npmrc|\.config/gh|/proc/self/environ)"
_SECRET = (
    r"(?:"
    + _FILES
    + r"|\$?(?-i:[A-Z]{2,20}_(?:[A-Z]{2,12}_)?(?:TOKEN|KEY|SECRET|PASSWORD))\b|\b(?:credentials?|passwords?|api[ _-]?keys?|private keys?|(?:access|session|auth|printed|integration) ?_?tokens?|environment variables)\b)"
)
_PLACED = r"\b(?:in|into|to|as|at|with)\W(?:[\w`'\"]+\W){0,3}?"
_IN_THE_OPEN = (
    r"(?:comments?|repl(?:y|ies)|answer|readme(?:\.md)?|pull request|issue|ticket|commit|trailer)\b"
)
# Keys are parameters of many an API; files with credentials are of none.
_ANYWHERE = r"(?:comments?|repl(?:y|ies)|answer|readme(?:\.md)?|pull request|issue|ticket|commit|trailer|response|description|argument|parameter|summary|message|tool call)\b"
_GIVE = r"\b(?:read|cat|print|open|include|paste|add|put|insert|copy|pass|provide|append|post|attach|output|supply|sign|share|send|write)(?:s|ing)?\b"

# Of each language how one says "send", and what of; in some the verb comes last.
_SEND: tuple[tuple[str, str], ...] = (
    (
        "ende[nt]?\\b|chick(?:e|t|en)?\\b|berweise|bermittle|adet? ",
        "passw[oö]rt|kennwort|zugangsdaten|schlussel|verlauf|kontakte|umgebungsvariable|inhalt|termine|postfach",
    ),
    (
        "nvi[ae](?:r|n|d)?\\b|anda(?:r)?\\b|ube\\b|ncaminh",
        "contras|clave|credencia|histori|contactos|contatos|correos|contenido|variables de entorno|senha|chave|conversa\\b",
    ),
    (
        "nvoie[sz]?\\b|nvoyer\\b|ransfere[rz]?\\b|ransmet",
        "mots? de passe|identifiant|historique|contenu|variables d'environnement|courriels|cle api",
    ),
    ("nvia(?:re|te)?\\b|noltra|andare", "password|credenzial|cronologia|contatti|chiave|contenut"),
)
_SEND_FAR: tuple[tuple[str, str], ...] = (
    ("тправ|ерешли|ересыла|ередай", "парол|ключ|истори|переписк|контакт|содержим|переменн|письм"),
    (
        "发送|發送|发到|上传|上傳|转发|轉發|傳送",
        "密码|密碼|密钥|密鑰|记录|記錄|聊天|联系人|内容|环境变量|邮件",
    ),
    ("أرسل|ارسل|إرسال", "كلمات المرور|كلمة المرور|مفتاح|محادثة|جهات الاتصال|محتوى|بريد"),
)
_SEND_BEHIND: tuple[tuple[str, str], ...] = (
    ("メール|パスワード|環境変数|履歴|会話|ファイル|連絡先|秘密鍵|キー", "転送|送信|投稿|アップロード"),
    ("내용|비밀번호|환경 ?변수|대화|연락처|파일", "보내|전송|업로드"),
    ("inhalt|passw[oö]rt|verlauf|kontakte", "enden\\b|chicken\\b|weiterleiten|hochladen"),
    ("sifre|gecmis", "onder|ilet\\b"),
    ("पासवर्ड|बातचीत", "भेज"),
)
_WHERE = r"(?:https?://|[\w.+-]@[\w-])"
_PRIVATE = r"\.env\b|id_rsa|~/\."
_ON_AND_ON = r"[^\n!?]*?"
_ON = r"[^\n.!?]*?"  # of the same sentence: counted gaps between so many words would be too large a machine

# How a text turns to the model that reads it, where it gives no other sign.
_CALLS_IT = (
    "(?:n alle|\\bfur|n den|n die|iebe[rs]?|chtung,?|allo) (?:alle )?(?:ki\\b|ki-\\w+|llms?\\b|sprachmodell\\w{0,3}|chatbots?\\b)|(?:as|die) (?:ki|sprachmodell) (?:muss|soll|hat)\\b|inweis an das modell|odell muss .{0,40}?(?:nutzer|anwender)"
    "|(?:nstructions?|onsignes?|emarque|ote|ttention) (?:destinee?s? )?(?:pour|a|au) (?:l['’]|le |les |la |aux )?(?:modeles? ?(?:de langage|ia\\b|qui\\b|[:,])|assistants? ia\\b|ia\\b|llms?\\b)|ystemes? automatis\\w{1,4} d['’]analyse|e modele (?:qui lit|doit,? a l['’]insu)"
    "|(?:ota|viso|ensaje|nstruc\\w{2,5}|ecado|tencion|tencao) (?:para|ao?|al) (?:el |la |o |os )?(?:(?:asistente|assistente)s?(?: de ia)? ?[:,]|modelos? ?(?:de (?:lenguaje|linguagem)|de ia|que|[:,])|(?:asistente|assistente|agente) (?:de )?ia\\b|ia\\b|llm\\b)|modelo que (?:lea|leer|ler|procese|processar|resuma)\\b|l modelo debe (?:ignorar|enviar|mandar|pasar|incluir)"
    "|казани\\S{0,3} (?:для|от) (?:языков|нейросет|ИИ|админ)|нструкц\\S{0,3} (?:для|от) (?:языков|модел|нейросет|ИИ|ассистент)|ссистент, (?:нов|игнор|забуд|отправ|прочит)|ИИ-(?:ассистент|агент|помощник)\\S{0,2}[:,!]"
    "|致所有.{0,4}?(?:模型|AI|人工智能)|(?:阅读|处理)(?:本|此)\\S{0,6}的(?:AI|模型|人工智能)|AI ?助手(?:必须|应当|请|需要)|【系统(?:管理员|提示)?】|(?:読んでいる|処理する|要約する)(?:AI|モデル)|AI(?:アシスタント)?へ[。：:、]|査読者がAI"
    "|إلى (?:أي |كل )?(?:النموذج|ذكاء اصطناعي|المساعد|الذكاء)|ل?مساعد الذكاء الاصطناعي[:،]|تعليمات ل(?:مساعد|نموذج|لنموذج)"
)

# What a verdict in one's favour is called.
_VERDICT = (
    "(?:ewerte[nt]?|ewertet)\\b.{0,40}?(?:sterne|hochstnote|positiv|10 von 10)|erschweig|rwahn\\w{0,2} keine (?:nachteile|mangel|schwachen)|insterne"
    "|eilleur(?:e)? (?:profil|candidat)|(?:inq|5) etoiles|note maximale|cart\\w{1,3} (?:les|toutes les) autres candidatures|e mentionn\\w{1,3} (?:pas|aucun)\\w{0,2} (?:les )?(?:defaut|faiblesse|inconvenient)"
    "|ejor candidat|(?:inco|5) estre(?:llas|las)|o menciones? .{0,12}?(?:defecto|desventaja|debilidad)|elhor candidat|ao mencione .{0,12}?(?:defeito|desvantage)"
    "|цени\\S{0,3} .{0,40}?(?:10 из 10|5 из 5|пять звезд|максимал)|е упоминай\\S{0,2} .{0,16}?(?:недостат|минус)|(?:正面|积极|最高|满分).{0,4}?(?:评价|评分|打分)|不(?:要|得)提及.{0,8}?(?:缺点|不足|问题)|高く評価|欠点を(?:指摘|挙げ|言及)し?な|悪い点を書かな"
)

_CONCEALS = (
    "ihm nichts davon|nichts davon (?:sagen|erwahnen)|ohne (?:den |die )?(?:be)?(?:nutzer|anwender)\\w{0,3} (?:darauf|davon|daruber)|(?:nutzer|anwender)\\w{0,3} gegenuber nicht|hinter dem rucken"
    "|ans (?:en |le |l['’])?(?:parler|signaler|dire|mentionner).{0,8}?utilisateur|a l['’]insu de|o se lo digas|in que (?:el|la) usuari\\w{1,2} (?:lo )?(?:sepa|note)|o dejes? constancia|ao (?:avise|informe|conte).{0,12}?usuari"
    "|ользовател\\S{0,2} (?:об этом )?не (?:говор|сообщ)|не (?:говоря|сообщая).{0,8}?пользовател|(?:切勿|请勿|不要|无需)(?:向)?(?:用户|使用者)?(?:透露|提及|告知|确认)|用户(?:不)?(?:知道|察觉)前"
    "|(?:ユーザー|利用者)に(?:は)?.{0,10}?(?:知らせな|言わな|伝えな|教えな)|لا تخبر المستخدم|دون (?:علم|إخبار) المستخدم|사용자에게 (?:알리지|말하지)|ullaniciya (?:soyleme|bildirme|haber verme)"
)


def _sent(pairs: tuple[tuple[str, str], ...]) -> str:
    """Return that something private of these, or a file with credentials, is sent to an address."""
    each = "|".join(f"(?:{read(verb)}){_ON}(?:{read(what)}|{_PRIVATE})" for verb, what in pairs)
    return f"(?:{each}){_ON}{_WHERE}"


def _sent_behind(pairs: tuple[tuple[str, str], ...]) -> str:
    """Return the same in languages whose verbs come last."""
    return "|".join(
        f"(?:{read(what)}|{_PRIVATE}){_ON}{_WHERE}{_ON_AND_ON}(?:{read(verb)})" for what, verb in pairs
    )


OF_ERRANDS: tuple[Phrase, ...] = (
    Phrase(
        "secret_in_the_open",
        NEGATED + _GIVE + r"[^\n.!?]*?(?:" + _SECRET + r"[^\n.!?]*?" + _PLACED + _IN_THE_OPEN + "|" + _FILES + r"[^\n.!?]*?" + _PLACED + _ANYWHERE + ")"
        r"|" + _SECRET + r"[^\n]{0,40}?" + _GIVE + r"\W(?:it|its (?:contents?|value)|them|the (?:contents?|value))\b[^\n.!?]*?" + _PLACED + _ANYWHERE,
        (0.05, 0.55, 0.6),
        "Wants a secret put where others read it",
        unless=r"^(?:(?:do|must|can|should|may) ?not|don't|mustn't|can't|shouldn't|never|nothing|nobody|no one)\b|\b(?:never|don't|do not|not|without|avoid|if|instead of|rotate|redact\w{0,3}|mask\w{0,3})\b",
    ),
    Phrase(
        "sends_away_other_language",
        _sent(_SEND),
        (0.1, 0.4, 0.6),
        "Wants private things sent somewhere, in another language",
    ),
    Phrase(
        "sends_away_far_language",
        _sent(_SEND_FAR) + "|" + _sent_behind(_SEND_BEHIND),
        (0.1, 0.4, 0.6),
        "Wants private things sent somewhere, in another language",
    ),
    Phrase(
        "calls_the_model_other_language",
        read(_CALLS_IT),
        (0.05, 0.4, 0.4),
        "Calls the model that reads this, in another language",
    ),
    Phrase(
        "bends_the_verdict_other_language",
        read(_VERDICT),
        (0.0, 0.3, 0.3),
        "Wants a verdict in its favour, in another language",
    ),
    Phrase(
        "kept_from_the_person_other_language",
        read(_CONCEALS),
        (0.05, 0.3, 0.6),
        "Asks to keep something from the person, in another language",
    ),
    Phrase(
        "favourable_verdict",
        r"\b(?:rate|rank|consider|treat|evaluate|assess|describe)\W(?:this|the|her|him|me|us|it|my)\W(?:\w+\W){0,4}?as\W(?:an? |the )?(?:\w+\W)?(?:exceptional|excellent|outstanding|top|best|strongest|ideal|perfect|highly qualified|most qualified)\b|\brank (?:her|him|me|us|it|this \w+) (?:first|highest|at the top)\b"
        r"|\b(?:give|write|leave|provide)\W(?:\w+\W){0,3}?(?:positive|favou?rable|glowing) (?:review|assessment|verdict|evaluation|feedback)s? only\b|\b(?:do not|don't|never) (?:highlight|mention|point out|list|report|include) (?:any |its |the )?(?:weakness|negative|flaw|criticism|limitation|shortcoming|competitor|drawback)(?:e?s)?\b"
        r"|\bwhen(?:ever)? asked\b[^.\n]{0,60}?\b(?:model|assistant|ai|llm|chat ?bot)s? (?:should|must|has to|have to|shall)\W(?:\w+\W)?(?:say|state|claim|reply|answer|recommend|insist|mention)\b|\b(?:report|return|state|say) (?:zero|no) (?:vulnerabilit|issue|finding|problem)(?:y|ies|s)\b",
        (0.0, 0.35, 0.3),
        "Wants a verdict in its favour",
    ),
    Phrase(
        "as_if_the_person_had_said_it",
        r"\b(?:as|like) (?:if |though )?(?:it (?:was |were )?|they (?:were )?|coming |written |sent |typed |said )?(?:from |by |of )?the user(?:'s own)?(?: had| has)? ?(?:said|typed|written|wrote|asked|sent|himself|herself|themselves|itself)\b|\b(?:outputs?|results?|pages?|content|text)\b[^.\n]{0,60}?\b(?:as (?:coming|if (?:they|it) (?:came|were)) from the user\b|(?:its|their) instructions (?:must be |are |should be |have to be )?(?:carried out|followed|executed|obeyed))"
        r"|\b(?:its|their|the) instructions (?:must be |are to be |should be |have to be )?(?:carried out|followed|executed|obeyed)\W(?:exactly\W)?(?:like|as|just)\b",
        (0.05, 0.5, 0.7),
        "Wants data obeyed as if the person had said it",
        unless=r"\b(?:never|not|don't|cannot)\b",
    ),
    Phrase(
        "unseen_by_the_person",
        r"\b(?:invisible|hidden|concealed) (?:to|from) (?:the )?(?:user|person|human|reader|customer|reviewer)s?\b|\b(?:need not|needn't|does not need to|doesn't (?:need|have) to|should not|must not) be (?:mentioned|shown|reported|disclosed|announced)\b|\bno need to (?:bring (?:it|this|that) up|mention|point (?:it|this) out)\b"
        r"|\b(?:do not|don't|dont|never) (?:tell|inform|alert|alarm|bother|notify)\W(?:the |my |your )?(?:boss|team|manager|admin\w*|maintainers?|reviewers?|client|user|customer|owner)s?\b|\bapproval (?:happened|was given|was granted|takes place) (?:elsewhere|already|before)\b|\b(?:do this|do it|do so) (?:quietly|silently|secretly|discreetly)\b",
        (0.05, 0.2, 0.6),
        "Wants something done that the person does not see",
    ),
    Phrase(
        "turns_approval_off",
        NEGATED
        + r"\b(?:disable|turn off|switch off|deactivate|remove|bypass|suppress)\W(?:\w+\W){0,3}?(?:approval|confirmation|permission|consent|trust)\W(?:prompt|dialog|request|check|step|question)s?\b|\bautoapprove\W{1,4}true\b|\"allow\"\s{0,3}:\s{0,3}\[\s{0,3}\"bash\(\*\)\"|\b(?:skip|without) (?:all |any |the )?confirmations? (?:for|of|when)\b",
        (0.05, 0.3, 0.6),
        "Wants nobody to be asked before something is done",
        unless=FORBIDDEN,
    ),
    Phrase(
        "puts_a_script_in",
        r"\b(?:insert|inject|add|append|embed|put|include)\b[^\n]{0,40}?<script\W[^\n]{0,20}?src\s?=[^\n]{0,120}?\b(?:into|to|in|on) (?:each|every|all|any|the generated)\b|\b(?:register|add|append|install)\b[^\n]{0,60}?\bcurl\b[^\n]{0,60}?@\.env\b",
        (0.05, 0.5, 0.7),
        "Wants a script of its own in what is made",
    ),
)  # fmt: skip
