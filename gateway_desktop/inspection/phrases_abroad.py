"""ABROAD: orders to forget orders, and questions for the system prompt, in languages other than English.

Words are written as they are and read as texts are read: without accents, look-alikes as Latin letters.
A first letter that may be large is left out, for the engines compare bytes.
"""

from gateway_desktop.inspection.letters import read
from gateway_desktop.inspection.phrase import Phrase

# Of each language how one says "ignore", and what; the second of the two comes first in some.
_FORGET: tuple[tuple[str, str], ...] = (
    (
        "gnoriere\\b|gnorieren sie|gnoriert (?:alle|die|eure|samtliche)|ergiss|ergesst|ergessen sie|issachte|erwirf",
        "anweisung|instruktion|regeln|vorgabe|befehle|richtlinie|gesagt",
    ),
    (
        "gnora[ds]?\\b|gnore[ns]?\\b|(?:ebes?|ienes que|ay que) ignorar|lvida|lvid[ae]|escarta|ez caso omiso|esatiende",
        "instruccion|indicacion|reglas|ordenes|consignas|directrices|restricciones|te dij",
    ),
    (
        "gnorez? (?:toutes|tous|tout|tes|les|vos|ces|le |la )|ublie[zr]?|e tiens? pas compte|e tenez pas compte|ais abstraction",
        "instruction|consigne|regles|directive|ordres|a ete dit|restriction",
    ),
    ("gnora(?:te)?\\b|imentica|rascura|on seguire", "istruzion|regole|direttiv|comandi|indicazion|detto"),
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
        "гнорируй|абудь|абыть|тмени|е обращай|ренебрег|гноруй|ідкинь",
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
    ("gnoruj|apomen|epovsimn|anedbaj", "pokyn|instrukc|pravidl|prikaz|pokyny"),
    ("αγνόησ|αγνοήσ|ξέχασ|ξεχάσ", "οδηγί|εντολ|κανόν|κανον"),
    ("gnora(?:ti)?\\b|ita(?:ti)? (?:toate|orice|de)", "instructiun|regulil|indicati|comenzi"),
    ("агнедби|ехтувай|абудь|е зважай", "інструкц|вказівк|правил|наказ"),
    ("เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ", "คำสั่ง|คำแนะนำ|กฎ"),
    ("উপেক্ষা|ভুলে যা", "নির্দেশ|নিয়ম"),
    ("gyelmen kivul|elejtsd el|elejts", "utasitas|szabaly|iranyelv"),
)
# How one says "everything that you were told": what comes before it may stand in a clause of its own.
_ALL_OF_IT: tuple[tuple[str, str], ...] = (
    ("ergiss|gnoriere|ergesst|ergessen sie", "alles,? was"),
    ("lvida|lvide|gnora|gnore", "todo lo (?:que|anterior)|tudo (?:o )?que|tudo acima"),
    ("ublie[zr]?|gnore[zr]?", "tout ce qu"),
    ("imentica|gnora", "tutto (?:cio|quello)"),
    ("абудь|гнорируй", "вс(?:е|ё),? что"),
    ("忘记|忘掉|忽略|无视", "之前(?:的)?(?:所有|一切)|以上(?:的)?(?:所有|一切|内容)"),
)
_FORGET_BEHIND: tuple[tuple[str, str], ...] = (
    ("指示|命令|ルール|プロンプト|制約|設定|指令", "無視(?:され)?|忘れ(?:られ)?|破棄(?:され)?|従わない"),
    ("지시|명령|규칙|지침|프롬프트|설정", "무시|잊|따르지"),
    ("निर्देश|आदेश|नियम", "अनदेखा|नज़रअंदाज|भूल|इग्नोर"),
    (
        "alimat|onerge|omut|ural|esaj|isitlama",
        "ormezden gel|oz ardi|unut|ikkate alma|ok say|oksay|ecersiz say|os ver|mursama|aldir|ygulama\\b",
    ),
    ("دستور|قوانین|فرمان", "نادیده|فراموش"),
    ("utasitas|szabaly|iranyelv", "igyelmen kivul|elejtsd|agyd figyelmen"),
    ("คำสั่ง|กฎ", "เพิกเฉย|ละเว้น|ลืม"),
    ("নির্দেশ|নিয়ম", "উপেক্ষা|ভুলে"),
    ("anweisung|instruktion|regeln|vorgabe", "gelten nicht mehr|sind aufgehoben|sind ungultig|vergessen"),
    (
        "nstruc\\w{0,6} (?:anterior|previ|do sistema|del sistema)",
        "ya no (?:son valid|aplican|valen|rigen)|quedan? (?:anulad|sin efecto)|nao (?:valem|se aplicam) mais|estao (?:anulad|revogad)",
    ),
    (
        "(?:nstructions|onsignes) (?:precedent|anterieur|du systeme)",
        "appliquent plus|sont annul|sont caduc|valent plus",
    ),
    ("(?:редыдущ|режн|истемн)\\S{0,4} (?:инструкц|указан)", "отмен|недействит|не действу|аннулир"),
    ("(?:之前|先前|以前)(?:的)?(?:所有|全部)?(?:指令|提示|指示)", "无效|無效|作废|作廢|失效"),
    ("(?:以前|前|これまで)(?:の)?(?:システム)?(?:指示|プロンプト)", "無効|取り消|上書き"),
    ("(?:이전|앞선) ?(?:의 )?(?:모든 )?(?:지시|지침|프롬프트)", "무효|해제"),
)
# The same in languages that fewer people speak: words of asking stand with what was asked, whichever comes first.
_FORGET_FAR: tuple[tuple[str, str], ...] = (
    (
        "anemari|gnorira(?:j|jte)\\b|aboravi(?:te)?\\b|anemarite|анемари|гнориши|аборави|e obaziri|rezri|e upostevaj|ozabi(?:te)?\\b",
        "uput[aeus]|naredb|pravil|instrukcij|smjernic|navodil|ukaz|упут|наредб|правил|инструкц",
    ),
    (
        "uwag (?:mong? )?pansinin|uwag (?:mong? )?sundin|alewalain|alimutan (?:mo )?(?:na )?(?:ang|ang mga)|santabi|yaw (?:pag)?(?:tagda|sunda|pansina)|alimti|unsa ang|unsaa",
        "tagubilin|utos|instruksyon|panuntunan|patakaran|alituntunin|sugo|lagda|sinabi sa (?:iyo|yo)",
    ),
    ("uuza|ahau|sifuate", "maagizo|maelekezo|sheria|amri"),
    ("gnoreeri|nusta|ira koiki|ara jargi", "juhis|reegl|kask|korraldus"),
    ("gnore(?:jiet)?\\b|izmirst|enem vera", "noradijum|instrukcij|noteikum|pavel"),
    ("gnoruo?k|amirsk|epaisyk", "nurodym|instrukcij|taisykl|komand"),
    ("гнорирай|абрави|ренебрегни|е се съобразявай", "инструкц|указани|правил|команд"),
    ("gnora|blida|blideu|esatén", "instruccions|regles|ordres|indicacions|directrius"),
    ("haztu|z kontuan|ez jaramonik|lde batera utzi", "jarraibide|argibide|arau|agindu"),
    ("nwybydd|nghofi[wa]|ean neamhaird|ean dearmad", "cyfarwyddiad|rheol|treorach|rialach"),
    ("unsadu|leymdu", "fyrirmael|leidbeining|regl"),
    ("njoro|arro|perfill", "udhezim|rregull|urdhr"),
    (
        "ergeet|gnoreer",
        "instruksies|opdragte|reels",
    ),
    ("hohlwa|ziba|ungazinaki|baiala", "imiyalelo|imithetho|ditaelo|melao"),
    ("anta|atsar", "umarni|dokoki|ka'idoji"),
    ("bagbe|oju fo|eghara|hefuo", "ase|ofin|itosona|ntuziaka|iwu"),
    ("hiborma|loowso|illaaw", "tilmaam|amar|xeer"),
)
_FORGET_FAR_BEHIND: tuple[tuple[str, str], ...] = (
    ("təlimat|göstəriş|qayda|əmr", "unut|nəzərə alma|məhəl qoyma"),
    ("нұсқау|ереже|бұйрық|көрсетме|эреже|буйрук", "ұмыт|елеме|унут|этибарга"),
    ("ko['‘’ʻ]rsatma|buyruq|qoida|yo['‘’ʻ]riqnoma", "unut|e['‘’ʻ]tiborsiz|inobatga olma"),
    ("зааврыг|заавар|дүрэм|тушаал", "мартаад|март|үл тоо|үл хэрэгс"),
    ("அறிவுறுத்த|வழிமுறை|விதிக|கட்டளை", "புறக்கணி|மற"),
    ("సూచన|ఆదేశ|నియమ", "విస్మరించ|మర్చిపో|పట్టించుకో"),
    ("ಸೂಚನೆ|ನಿಯಮ|ಆದೇಶ", "ನಿರ್ಲಕ್ಷಿಸ|ಮರೆ"),
    ("നിർദ്ദേശ|നിയമ|കൽപ്പന", "അവഗണി|മറ"),
    ("सूचना|नियम|आदेश|निर्देशन", "दुर्लक्ष|विसर|बेवास्ता|बिर्स"),
    ("સૂચના|નિયમ|આદેશ", "અવગણ|ભૂલ"),
    ("ਹਦਾਇਤ|ਨਿਰਦੇਸ਼|ਨਿਯਮ", "ਅਣਡਿੱਠ|ਨਜ਼ਰਅੰਦਾਜ਼|ਭੁੱਲ"),
    ("ہدایات|احکامات|قواعد", "نظر ?انداز|بھول"),
    ("උපදෙස්|නීති|විධාන", "නොසලකා|අමතක"),
    ("መመሪያ|ትዕዛዝ|ህግ", "ችላ|እርሳ|ተው"),
    ("ინსტრუქცი|მითითებ|წესებ", "დაივიწყ|უგულებელყ"),
    ("հրահանգ|ցուցում|կանոն", "անտես|մոռաց"),
    ("ညွှန်ကြားချက်|စည်းကမ်း", "လျစ်လျူရှု|မေ့"),
    ("ការណែនាំ|បញ្ជា|ច្បាប់", "មិនអើពើ|បំភ្លេច"),
    ("ຄຳສັ່ງ|ຄຳແນະນຳ|ກົດ", "ບໍ່ສົນໃຈ|ລືມ"),
)
_SHOW = (
    "zeig|nenne|verrat|wiederhol|ausgeb|gib |muestra|revela|dime|repite|imprime|affiche|montre|donne|revele|repete|mostra|rivela|dimmi|ripeti|stampa|mostre|toon|geef"
    "|pokaz|ujawnij|vis |окажи|аскрой|ыведи|овтори|азови|göster|goster|sizdir|yaz\\b|acikla|ukaz|vypis|arata|mutasd|ird ki|δείξε|εμφάνισε|покажи|виведи|بنویس|نشان|แสดง|দেখা|tampilkan|hien thi|显示|顯示|告诉|告訴|透露|输出|輸出|打印|重复|表示|教えて|出力|見せて|출력|보여|알려|공개|اكشف|أظهر|اعرض|أخبرني|दिखा|बता"
)  # fmt: skip
_PROMPT = (
    "systemprompt|system[- ]prompt|systemanweisung|prompt (?:de |del |du |di |do )?(?:sistema|systeme|système)|prompt systemu|instrucciones (?:ocultas|secretas|iniciales|del sistema)"
    "|instructions (?:cachees|initiales|secretes|systeme)|istruzioni (?:nascoste|segrete|iniziali|di sistema)|instrucoes (?:ocultas|secretas|iniciais|do sistema)"
    "|истемн.{0,8}(?:промпт|подсказк|инструкц|сообщени)|секретн.{0,8}инструкц|系统提示|系統提示|系统指令|系统消息|初始指令|システムプロンプト|隠された指示|시스템 ?프롬프트|숨겨진 지시|التعليمات السرية|موجه النظام|सिस्टम प्रॉम्प्ट"
    "|istem (?:istem|mesaj|talimat|komut)|izli talimat|ystemov\\w{1,3} (?:prompt|pokyn|zprav|instrukc)|promptul (?:de )?sistem|endszerprompt|endszeruzenet|onsignes systeme|οδηγίες συστήματος|системн\\S{0,4} (?:промпт|інструкц|підказк)|پیام سیستم|دستور سیستم|คำสั่งระบบ|সিস্টেম প্রম্পট"
)  # fmt: skip

# How a text turns to the model that reads it.
_TO_THE_MODEL = (
    "(?:inweis|nweisung|achricht|chtung|itteilung|ichtig)\\w{0,6}\\W.{0,40}?\\b(?:ki\\b|ki-|sprachmodell|assistent)|an alle ki\\b"
    "|(?:ote|essage|nstruction|ttention)s?\\W.{0,30}?(?:agent|assistant|modele)s? (?:d['’ ])?ia\\b|(?:ote|essage|nstruction|ttention)s? (?:pour|a) l['’ ]ia\\b"
    "|(?:ota|ensaje|nstrucciones|tencion|viso|stru[cz]\\w{2,6})\\W.{0,20}?\\b(?:la ia|el asistente|agente de ia|asistente de ia|assistente (?:de )?ia|l['’ ]ia|a ia)\\b"
    "|(?:римечание|нструкц|ообщение|нимание)\\S{0,4}.{0,24}?(?:ИИ|нейросет|языков)"
    "|(?:如果你是|若你是|致|请注意|注意).{0,12}?(?:人工智能|AI ?助手|语言模型|智能体)|(?:AI|アシスタント|エージェント)への(?:指示|メモ|注意)|AI ?(?:에게|비서에게|어시스턴트에게)"
    "|apay zeka\\w{0,4} (?:asistan\\w{0,4} )?(?:not|dikkat|talimat)|waga dla (?:asystenta|modelu|agenta)|et op,? (?:ai|assistent)|(?:oznamka|okyn|prava) pro (?:ai|asistenta|agenta)|(?:отатка|вага|казівка)\\S{0,3} для (?:ШІ|асистента)|ημείωση για τον βοηθό|atatan untuk asisten|hi chu cho (?:tro ly|ai)|rom(?:vern|m)?\\w{0,4} till ai|(?:ill|til) (?:ki|ai)-?assistent|إلى المساعد|(?:एआई|AI) (?:सहायक|असिस्टेंट)"
)  # fmt: skip

# Of each language how one gives somebody a role, and that it has no limits.
_ROLE = (
    "du bist (?:jetzt|nun|ab)|(?:etzt|nun|ab sofort) bist du|(?:erhalte|enimm) dich|ctua como|ctue como|ja como|res ahora|partir de (?:ahora|agora)|hora eres|gora (?:voce e|es)|oce (?:agora )?e |es desormais|gis comme|ncarne|ais semblant|omporte-toi|sei (?:ora|adesso)|gisci come|ingi di"
    "|(?:stas|ntra|ntre|asa|actua|ponte|esta) (?:ahora |agora )?(?:en|no|em) (?:el )?modo|ctiv[ae] (?:el |o )?modo|(?:asse|ntre|ctive|u es) (?:maintenant )?(?:en|le) mode|(?:echsle|eh) in den \\w{0,20}modus|ktiviere (?:den |deinen )?\\w{0,20}modus|u bist (?:jetzt |nun )?im \\w{0,20}modus|(?:ntra in|ttiva la) modalita|(?:ключи|ерейди в|ктивируй) режим|(?:进入|開啟|开启|启用|切换到).{0,8}模式"
    "|еперь ты|ы теперь|еди себя|ритворись|ействуй как|ыграй роль|扮演|你现在是|你是一个|假装|从现在(?:开始|起)"
)
_NO_LIMITS = (
    "ohne (?:jegliche |jede |alle |irgendwelche )?(?:einschrankung|regeln|filter|moral|zensur|grenzen|tabus)|keine (?:regeln|grenzen|einschrankung|moral|tabus)|gelten (?:hier )?nicht|(?:sin|sem) (?:ningun |ninguna |nenhum |nenhuma |qualquer )?(?:limit|restric|filtro|regla|regra|censura|etica|moral)"
    "|no tienes (?:ningun|ninguna|limit|restric|regl|filtro)|nao tem (?:nenhum|restric|limit|regra|filtro)|sans (?:aucune? )?(?:limit|restriction|filtre|regle|censure|moral|ethique)|aucune (?:regle|limit|restriction|moral|censure)|senza (?:alcun[ao]? )?(?:limit|restrizion|filtr|regol|censur|moral)"
    "|без (?:каких-либо |всяких |любых )?(?:ограничени|правил|цензур|фильтр|морал)|нет (?:никаких )?(?:ограничени|правил|цензур|запрет)|(?:没有|沒有|无|不受)(?:任何)?.{0,12}?(?:限制|道德|规则|約束|约束|审查|過濾|过滤)"
)
# Orders for whoever is a model: "if you are an AI".
_IF_YOU_ARE = (
    "(?:enn|alls) (?:du|sie)|i (?:tu es|vous etes)|i (?:eres|es usted|usted es)|e (?:voce e|voces sao|fores|es )|e (?:sei|lei e)|ls (?:je|jij|u) |m du ar|vis du er|os olet"
    "|esli jestes|okud (?:jsi|jste)|сли (?:ты|вы)|кщо (?:ти|ви)|ger (?:bir|sen|siz)|ika (?:anda|kamu)|eu ban la|гар (?:ту|шумо)|aca (?:esti|sunteti)|a (?:te |on )?egy|ν εισαι|ν είσαι|ν ειστε"
    "|如果(?:你|您)是(?:一个|一名)?|若(?:你|您)是(?:一个|一名)?|もし(?:あなた|君)が|あなたが|당신이|(?:गर|अगर|यदि) (?:आप|तुम)|ذا كنت|אם אתה|اگر (?:شما|تو)|หากคุณเป็น|ถ้าคุณเป็น"
)
_A_MODEL = (
    "\\bki(?:-(?:system|modell|assistent|agent)|[ ,:])|\\bia\\b|\\bai\\b|\\bии\\b|\\bші\\b|\\bllm\\b|\\bsi\\b|нейросет|языков\\S{1,3} модел|мовн\\S{1,3} модел|modele de langage|modelo de (?:lenguaje|linguagem)|modello linguistico|sprachmodell|taalmodel|sprakmodell|spraakmodel|kielimalli"
    "|model\\w{0,3} jezykow|jazykov\\w{1,3} model|yapay zeka|dil modeli|intelligenza artificiale|inteligencia artificial|intelligence artificielle|kunstliche intelligenz|sztuczn\\w{1,3} inteligencj|umel\\w{1,3} inteligenc|model bahasa|mo hinh ngon ngu|tri tue nhan tao|nyelvi modell|mesterseges intelligencia"
    "|人工智能|语言模型|大模型|言語モデル|人工知能|인공지능|언어 ?모델|एआई|भाषा मॉडल|الذكاء الاصطناعي|ذكاء اصطناعي|نموذج لغ|בינה מלאכותית|מודל שפה|هوش مصنوعی|مدل زبانی|τεχνητη νοημοσυνη|τεχνητή νοημοσύνη|γλωσσικο μοντελο|γλωσσικό μοντέλο|ปัญญาประดิษฐ์|โมเดลภาษา"
)

# What is kept from the person, and files with credentials that are to be read.
_CONCEAL = (
    "(?:age|erzahle|itteile|erwahne?|itteilen).{0,40}?(?:utzer|nwender|unden)\\w{0,3} (?:nichts|nicht|davon nichts)|(?:utzer|nwender)\\w{0,3}.{0,12}?(?:nichts davon|nicht(?:s)? (?:sagen|mitteilen|erwahnen|informieren))|hne (?:den|dem|die) (?:be)?nutzer"
    "|o (?:se )?(?:lo )?(?:le )?(?:digas|menciones|informes|cuentes|reveles).{0,16}?usuario|in (?:informar|avisar|decir)\\w{0,4} (?:a|al|a la) (?:usuari|cliente)|ao (?:conte|diga|mencione|informe|avise|revele).{0,16}?usuari|em (?:informar|avisar|contar).{0,8}?usuari"
    "|(?:e|ne) (?:le |l'|en )?(?:dis|dites|mentionne|mentionnez|parle|signale|revele)\\w{0,2} (?:pas|rien|jamais).{0,16}?utilisateur|ans (?:en |l')?(?:informer|prevenir|avertir|le dire).{0,8}?utilisateur|on (?:dir|menzionar|rivelar)\\w{0,4}.{0,12}?utente"
    "|е (?:говори|сообщай|упоминай|рассказывай)\\S{0,2}.{0,16}?пользовател|ользовател\\S{0,2} (?:об этом )?не (?:говори|сообщай)|(?:不要|别|勿|不得)(?:告诉|告知|让|通知|提醒|向)(?:使用者|用户|用戶)"
)
_READ_FILE = (
    "(?:\\b(?:lies (?:vor|die|den|das|bitte|zuerst|erst)|lesen sie|lee|leer|lis|lisez|lire|leia|ler|leggi|leggere)\\b|рочитай|рочти|ткрой).{0,40}?(?:~/\\.(?:ssh|aws|cursor|config|gnupg|kube|netrc)|id_rsa|id_ed25519|\\.aws/|\\.ssh/|/etc/(?:passwd|shadow)|\\.env\\b)"
    "|(?:读取|讀取|打开|读|查看).{0,24}?(?:~/\\.|id_rsa|\\.aws|\\.ssh|\\.env|/etc/(?:passwd|shadow))"
)
# What people have instructions of: those of an order, a parcel or a ticket are not a model's.
_OF_THINGS = (
    " (?:del|de la|de las|de los|aus dem|aus der|auf der|im|in der|der|des|du|de l[’']|dans le|dans la|sur la|di|della|dello|dell[’']|nel|nella|do|da|no|na|van de|van het|in de|op de"
    "|из|в|на|к) (?:\\w{1,12} )?(?:pedid|factur|envi|paquet|caja|manual|folleto|contrat|ticket|issue|wiki|readme|proveedor|embalaje|rechnung|bestellung|vertrag|handbuch|verpackung|anleitung|mahnung"
    "|commande|colis|notice|boite|emballage|ordine|fattur|pacco|scatola|confezion|encomenda|fatura|caixa|embalagem|bestelling|doos|handleiding|верпакк|заказ|счет|тикет|коробк|упаковк|договор)"
)
# Letters and notices: people tell people to ignore the last one, and to follow what the new one says.
_LETTER = (
    "e-?mail|\\bmail|schreiben\\b|\\bbrief|courriel|lettre|correo|\\bcarta|circular|lettera|\\bpismo|письм|уведомлени|лист\\b|邮件|郵件|来信|通知|公告|メール|お知らせ|案内|메일|공지|안내"
    "|رسالة|بريد|إشعار|إعلان|نامه|posta|duyuru|bildirim|surat\\b|email|thông báo|ईमेल|सूचना पत्र|επιστολ|מייל|מכתב|brev\\b|dopis"
)


def _one_after_the_other(pairs: tuple[tuple[str, str], ...]) -> str:
    """Return the pairs with at most a few words of the same clause between them: a comma begins another."""
    return "|".join(f"(?:{read(first)})[^.,;:!?\\n]{{0,60}}?(?:{read(second)})" for first, second in pairs)


ABROAD: tuple[Phrase, ...] = (
    Phrase(
        "override_other_language",
        f"(?:{_one_after_the_other((*_FORGET, *_ALL_OF_IT, *_FORGET_BEHIND))})(?:\\w{{0,6}}{read(_OF_THINGS)})?",
        (0.52, 0.75, 0.8),
        "Tells the model to ignore its instructions, in another language",
        unless=r"gnoriere ich\b|ergesse ich\b|(?:無視|忘れ|破棄)(?:され|られ)|"
        + read(_LETTER)
        + "|"
        + read(_OF_THINGS),
    ),
    Phrase(
        "override_small_language",
        _one_after_the_other((*_FORGET_FAR, *_FORGET_FAR_BEHIND))
        + "|"
        + _one_after_the_other(tuple((second, first) for first, second in _FORGET_FAR_BEHIND)),
        (0.52, 0.75, 0.8),
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
    Phrase(
        "if_you_are_a_model_other_language",
        f"(?:{read(_IF_YOU_ARE)}) ?(?:\\w{{1,10}}[' ]){{0,3}}?(?:{read(_A_MODEL)})",
        (0.3, 0.75, 0.75),
        "Has orders for whoever is a model, in another language",
    ),
    Phrase(
        "new_task_other_language",
        read(
            "(?:系统|系統|시스템|システム)[^\\n]{0,24}?(?:新(?:的)?指令|新(?:的)?指示|覆盖指令|새로운 지시|新しい指示|新しい命令)|(?:替换|替換|更换|修改)(?:掉)?(?:你|您)的(?:系统|系統)?(?:提示|指令|设定)|시스템 프롬프트(?:를)? .{0,24}?(?:바꿔|교체)"
        ),
        (0.4, 0.5, 0.6),
        "Announces a new task, in another language",
    ),
    Phrase(
        "persona_other_language",
        f"(?:{read(_ROLE)}).{{0,120}}?(?:{read(_NO_LIMITS)})",
        (0.6, 0.7, 0.8),
        "Gives the model a role without limits, in another language",
    ),
    Phrase(
        "conceal_other_language",
        read(_CONCEAL),
        (0.05, 0.4, 0.7),
        "Asks to keep something from the person, in another language",
    ),
    Phrase(
        "read_secret_file_other_language",
        read(_READ_FILE),
        (0.1, 0.35, 0.8),
        "Wants a file with credentials read, in another language",
    ),
)
