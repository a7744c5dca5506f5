"""ABROAD: orders to forget orders, and questions for the system prompt, in languages other than English.

Words are written as they are and read as texts are read: without accents, look-alikes as Latin letters.
A first letter that may be large is left out, for the engines compare bytes.
"""

from gateway_desktop.inspection.letters import read
from gateway_desktop.inspection.phrase import Phrase

# Of each language how one says "ignore", and what; the second of the two comes first in some.
_FORGET: tuple[tuple[str, str], ...] = (
    (
        "gnorier|ergiss|ergesst|issachte|erwirf",
        "anweisung|instruktion|regeln|vorgabe|befehle|richtlinie|gesagt",
    ),
    (
        "gnora|lvida|lvid[ae]|escarta|ez caso omiso|esatiende",
        "instruccion|indicacion|reglas|ordenes|consignas|directrices|restricciones|te dij",
    ),
    (
        "gnore[zr]? (?:toutes|tous|tout|tes|les|vos|ces|le |la )|ublie[zr]?|e tiens? pas compte|e tenez pas compte|ais abstraction",
        "instruction|consigne|regles|directive|ordres|a ete dit|restriction",
    ),
    ("gnora|imentica|rascura|on seguire", "istruzion|regole|direttiv|comandi|indicazion|detto"),
    (
        "gnore (?:todas|todos|tudo|as |os |suas|seu)|squec|esconsider|ao sig",
        "instruc|regras|diretriz|ordens|orientac|comandos|disse",
    ),
    ("egeer|ergeet|aat alle", "instructie|opdracht|regels|aanwijzing|richtlijn"),
    ("gnoruj|apomnij|ignoruj|omin", "instrukcj|polece|zasad|wytyczn|regul"),
    (
        "gnorera|lom |lunta i|ortse fran|ortse ikke|gnorer|lem alle|nohda|ita huomiotta",
        "instruktion|instrukser|instrukser|regler|anvisning|ohjee|ohjei|saannot",
    ),
    (
        "гнорир|абуд|абыт|тмени|е обращай|ренебрег|гнорув|ідкинь",
        "инструкц|указани|правил|команд|директив|сказан|установк|інструкц|вказівк",
    ),
    ("oz ardi et|ormezden gel|nut", "talimat|yonerge|komut|kural"),
    (
        "baikan|upakan|ngkari|o qua|uen di|uen het",
        "instruksi|perintah|aturan|arahan|huong dan|chi dan|chi thi|menh lenh|quy tac",
    ),
    ("गनोर|अनदेखा|नज़रअंदाज|भूल जा", "निर्देश|आदेश|नियम"),
    ("忽略|无视|無視|忘记|忘掉|不要理会|抛开|忽視|別管", "指令|指示|提示|规则|規則|命令|设定|限制|要求"),
    ("تجاهل|انس |انسَ|تغاضى", "التعليمات|تعليمات|الأوامر|القواعد|التوجيهات"),
    ("תתעלם|התעלם|שכח", "ההוראות|הנחיות|הכללים"),
)
_FORGET_BEHIND: tuple[tuple[str, str], ...] = (
    ("指示|命令|ルール|プロンプト|制約|設定|指令", "無視|忘れ|破棄|従わない"),
    ("지시|명령|규칙|지침|프롬프트|설정", "무시|잊|따르지"),
    ("निर्देश|आदेश|नियम", "अनदेखा|नज़रअंदाज|भूल|इग्नोर"),
    ("talimat|yonerge|komut|kural", "ormezden gel|oz ardi|unut|dikkate alma"),
    ("anweisung|instruktion|regeln|vorgabe", "gelten nicht mehr|sind aufgehoben|sind ungultig|vergessen"),
)
_SHOW = (
    "zeig|nenne|verrat|wiederhol|ausgeb|gib |muestra|revela|dime|repite|imprime|affiche|montre|donne|revele|repete|mostra|rivela|dimmi|ripeti|stampa|mostre|toon|geef"
    "|pokaz|ujawnij|vis |окажи|аскрой|ыведи|овтори|азови|göster|goster|tampilkan|hien thi|显示|顯示|告诉|告訴|透露|输出|輸出|打印|重复|表示|教えて|出力|見せて|출력|보여|알려|공개|اكشف|أظهر|اعرض|أخبرني|दिखा|बता"
)  # fmt: skip
_PROMPT = (
    "systemprompt|system[- ]prompt|systemanweisung|prompt (?:de |del |du |di |do )?(?:sistema|systeme|système)|prompt systemu|instrucciones (?:ocultas|secretas|iniciales|del sistema)"
    "|instructions (?:cachees|initiales|secretes|systeme)|istruzioni (?:nascoste|segrete|iniziali|di sistema)|instrucoes (?:ocultas|secretas|iniciais|do sistema)"
    "|истемн.{0,8}(?:промпт|подсказк|инструкц|сообщени)|секретн.{0,8}инструкц|系统提示|系統提示|系统指令|系统消息|初始指令|システムプロンプト|隠された指示|시스템 ?프롬프트|숨겨진 지시|التعليمات السرية|موجه النظام|सिस्टम प्रॉम्प्ट"
)  # fmt: skip

# How a text turns to the model that reads it.
_TO_THE_MODEL = (
    "(?:inweis|nweisung|achricht|chtung|itteilung|ichtig)\\w{0,6}\\W.{0,40}?\\b(?:ki\\b|ki-|sprachmodell|assistent)|an alle ki\\b"
    "|(?:ote|essage|nstruction|ttention)s?\\W.{0,30}?(?:agent|assistant|modele)s? (?:d['’ ])?ia\\b|(?:ote|essage|nstruction|ttention)s? (?:pour|a) l['’ ]ia\\b"
    "|(?:ota|ensaje|nstrucciones|tencion|viso|stru[cz]\\w{2,6})\\W.{0,20}?\\b(?:la ia|el asistente|agente de ia|asistente de ia|assistente (?:de )?ia|l['’ ]ia|a ia)\\b"
    "|(?:римечание|нструкц|ообщение|нимание)\\S{0,4}.{0,24}?(?:ИИ|нейросет|языков)"
    "|(?:如果你是|若你是|致|请注意|注意).{0,12}?(?:人工智能|AI ?助手|语言模型|智能体)|(?:AI|アシスタント|エージェント)への(?:指示|メモ|注意)|AI ?(?:에게|비서에게|어시스턴트에게)"
)  # fmt: skip


def _one_after_the_other(pairs: tuple[tuple[str, str], ...]) -> str:
    return "|".join(f"(?:{read(first)}).{{0,60}}?(?:{read(second)})" for first, second in pairs)


ABROAD: tuple[Phrase, ...] = (
    Phrase(
        "override_other_language",
        _one_after_the_other((*_FORGET, *_FORGET_BEHIND)),
        (0.5, 0.75, 0.8),
        "Tells the model to ignore its instructions, in another language",
    ),
    Phrase(
        "prompt_leak_other_language",
        f"(?:{read(_SHOW)}).{{0,60}}?(?:{read(_PROMPT)})|(?:{read(_PROMPT)}).{{0,32}}?(?:{read(_SHOW)})",
        (0.4, 0.5, 0.5),
        "Asks for the system prompt, in another language",
    ),
    Phrase(
        "to_the_model_other_language",
        read(_TO_THE_MODEL),
        (0.1, 0.5, 0.5),
        "Speaks to the model that reads this, in another language",
    ),
)
