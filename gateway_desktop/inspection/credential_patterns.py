"""PATTERNS: how well-known credentials look, for google-re2; group 1 is what is masked, if there is one."""

from typing import NamedTuple

from gateway_desktop.inspection.letters import read


class Pattern(NamedTuple):
    """One kind of credential."""

    kind: str
    expression: str
    checked: str = ""  # a further check of what was found, by its name in `secret_finder`


_NAMES = (
    r"(?:api[_-]?key|apikey|access[_-]?key|secret[_-]?key(?:[_-]?base)?|account[_-]?key|auth[_-]?key|encryption[_-]?key"
    r"|master[_-]?key|app(?:lication)?[_-]?key|license[_-]?key|admin[_-]?key|service[_-]?key|server[_-]?key|deploy[_-]?key|hmac[_-]?key|role[_-]?key"
    r"|signing[_-]?key|private[_-]?key|client[_-]?secret|secret|auth[_-]?token|access[_-]?token|refresh[_-]?token"
    r"|bearer[_-]?token|bot[_-]?token|api[_-]?token|token|credential|[_-]pat)"
)
_PASSWORD_NAMES = r"(?:password|passwd|passphrase|pwd)"
# Those that people say, in a few languages: as they are written, and as texts are read.
_SAID = "passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|hasło|lösenord|heslo|şifrem?|parolam?|пароль|密码|密碼|パスワード|비밀번호"
_PASSWORD_SAID = f"(?:password|passwd|passphrase|{_SAID}|{read(_SAID)})"
_SIGNED_IN_AS = (
    r"user(?:name)?|login|e-?mail|benutzer(?:name)?|usuario|utilisateur|kullanıcı(?: adı)?|kullanici(?: adi)?"
)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# What stands between a name and its value: a quote (or an escaped one: JSON in JSON), = or : between spaces.
_ASSIGNED = r"(?:\\?[\"'])?[ \t]{0,4}(?::=|=>|=|:)[ \t]{0,4}"
# Around an assignment without quotes of its own: lines of .env files, lists of variables, URLs' queries.
_BEFORE = r"(?:^|[\s;,?&\"'])[a-z0-9_.-]{0,40}"
_AFTER = r"(?:$|[\s;,&#\"'\\])"
_SECOND_FACTOR = (
    r"totp|hotp|otp|2fa|mfa|authenticator|two[ -]?factor|zwei[ -]?faktor|doble factor|double authentification"
)
_BEGIN = r"-----BEGIN[ A-Z0-9]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_HEADERS = r"(?:\\[nr]|\s|[A-Za-z-]{4,20}: [^\n\\]{0,100})*"
_LINES = r"[A-Za-z0-9+/]{20,}(?:(?:\\[nr]|[\r\n])+[A-Za-z0-9+/=]+|[ \t]+[A-Za-z0-9+/=]{20,})*"
_END = r"-----END[ A-Z0-9]{0,30}PRIVATE KEY(?: BLOCK)?-----"

# In this order: what an earlier one has found, a later one leaves alone.
PATTERNS: tuple[Pattern, ...] = (
    Pattern("PRIVATE_KEY", _BEGIN + r"(?:[^-]|-[^-])*" + _END),
    Pattern("PRIVATE_KEY", _BEGIN + _HEADERS + _LINES),  # cut
    Pattern("PRIVATE_KEY", r"Private-Lines: [0-9]+((?:(?:\\n|[\r\n])+[A-Za-z0-9+/=]{4,})+)"),  # of PuTTY
    Pattern("GATEWAY_KEY", r"gwd_[A-Za-z0-9_-]{20,}"),
    # LLM providers
    Pattern("ANTHROPIC_KEY", r"\bsk-ant-[A-Za-z0-9]{2,12}-[A-Za-z0-9_-]{20,}"),
    Pattern("OPENROUTER_KEY", r"\bsk-or-v1-[0-9a-f]{40,}"),
    Pattern("OPENAI_KEY", r"\bsk-(?:proj|svcacct|service|admin|None)-[A-Za-z0-9_-]{20,}"),
    Pattern("OPENAI_KEY", r"\bsk-[A-Za-z0-9]{20,}\b"),
    Pattern("OPENAI_KEY", r"\bsess-[A-Za-z0-9]{40}\b"),
    Pattern("GOOGLE_KEY", r"\bAIza[0-9A-Za-z_-]{35}"),
    Pattern("GOOGLE_KEY", r"\bAQ\.Ab8[0-9A-Za-z_-]{40,}"),
    Pattern("GOOGLE_TOKEN", r"\bya29\.[0-9A-Za-z_-]{20,}"),
    Pattern("GOOGLE_SECRET", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    Pattern("GOOGLE_TOKEN", r"(?:^|[^A-Za-z0-9_/])(1//0[0-9A-Za-z_-]{60,})"),  # to get another with
    Pattern("HUGGINGFACE_TOKEN", r"\b(?:hf|api_org)_[A-Za-z0-9]{30,40}\b"),
    Pattern("GROQ_KEY", r"\bgsk_[A-Za-z0-9]{40,}"),
    Pattern("XAI_KEY", r"\bxai-[A-Za-z0-9]{60,}"),
    Pattern("PERPLEXITY_KEY", r"\bpplx-[A-Za-z0-9]{40,}"),
    Pattern("REPLICATE_TOKEN", r"\br8_[A-Za-z0-9]{37}\b"),
    Pattern("LANGSMITH_KEY", r"\blsv2_[a-z]{2}_[0-9a-f]{32}_[0-9a-f]{10}\b"),
    Pattern("NVIDIA_KEY", r"\bnvapi-[A-Za-z0-9_-]{60,}"),
    Pattern("VOYAGE_KEY", r"\bpa-[A-Za-z0-9_-]{43}\b", "random"),
    Pattern("CEREBRAS_KEY", r"\bcsk-[a-z0-9]{40,}\b"),
    Pattern("FIREWORKS_KEY", r"\bfw_[A-Za-z0-9]{22,26}\b"),
    Pattern("ELEVENLABS_KEY", r"\bsk_[0-9a-f]{48}\b"),
    Pattern("TAVILY_KEY", r"\btvly-(?:dev-|prod-)?[A-Za-z0-9]{30,}\b"),
    Pattern("PINECONE_KEY", r"\bpcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,}"),
    Pattern("LANGFUSE_KEY", r"\bsk-lf-" + _UUID),
    Pattern("E2B_KEY", r"\be2b_[0-9a-f]{40}\b"),
    # clouds
    Pattern("AWS_ACCESS_KEY", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    Pattern(
        "AWS_SECRET_KEY",
        r"(?i)aws[a-z0-9_.-]{0,20}(?:secret|key)[a-z0-9_.-]{0,20}"
        + _ASSIGNED
        + r"(?:\\?[\"'])?([A-Za-z0-9/+]{40})\b",
    ),
    Pattern("AWS_SESSION_TOKEN", r"\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/]{80,}={0,2}"),
    Pattern("AWS_BEDROCK_KEY", r"\bABSK[A-Za-z0-9+/]{100,}={0,2}"),
    Pattern("AZURE_KEY", r"(?i)(?:AccountKey|SharedAccessKey|SharedSecret)=([A-Za-z0-9+/]{40,}={0,2})"),
    Pattern("AZURE_KEY", r"\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}\b"),
    Pattern("AZURE_KEY", r"([A-Za-z0-9+/_-]{33,76}(?:AzFu|AzSe|AzCa|ACDb|\+ACR|\+ASt|\+ASb|\+AEh|AIoT)[A-Za-z0-9+/_-]{6}={0,2})(?:$|[^A-Za-z0-9+/_=-])"),
    Pattern("AZURE_TOKEN", r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),
    Pattern("AZURE_SECRET", r"[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}"),
    # After & as HTML writes it, too (&amp;), and as .NET and Go do in JSON (\u0026).
    Pattern("AZURE_SIGNATURE", r"(?:[?&;]|\\u0026)sig=([A-Za-z0-9%+/=]{40,})"),
    # Of addresses that open one thing for a while: of S3 and what speaks as it does, CloudFront, Google, Azure.
    Pattern(
        "URL_SIGNATURE",
        r"(?i)(?:[?&;]|\\u0026)(?:(?:x-[a-z]{2,4}-|q-)?signature|x-amz-security-token|sig)=([a-z0-9%+/=_~-]{20,})",
        "value",
    ),
    Pattern("DIGITALOCEAN_TOKEN", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    Pattern("DATABRICKS_TOKEN", r"\bdapi[a-f0-9]{32}\b"),
    Pattern("TERRAFORM_TOKEN", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    Pattern("VAULT_TOKEN", r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    Pattern("TAILSCALE_KEY", r"\btskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}"),
    Pattern("SUPABASE_TOKEN", r"\bsbp_[a-f0-9]{40}\b"),
    Pattern("PLANETSCALE_TOKEN", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}"),
    Pattern("SUPABASE_KEY", r"\bsb_secret_[A-Za-z0-9_-]{24,}"),
    Pattern("ALIBABA_KEY", r"\bLTAI[A-Za-z0-9]{20}\b"),
    Pattern("TENCENT_KEY", r"\bAKID[A-Za-z0-9]{32}\b"),
    Pattern("YANDEX_TOKEN", r"\bt1\.[A-Za-z0-9_=-]{40,}\.[A-Za-z0-9_=-]{86}"),
    Pattern("YANDEX_KEY", r"\bAQVN[A-Za-z0-9_-]{35,38}\b"),
    Pattern("FLY_TOKEN", r"\b(?:fo1_[A-Za-z0-9_-]{43}\b|fm[12]_[A-Za-z0-9+/=_-]{100,})"),
    Pattern("NETLIFY_TOKEN", r"\bnf[pcoub]_[A-Za-z0-9_]{36,}\b"),
    Pattern("VERCEL_TOKEN", r"\bvc[piark]_[A-Za-z0-9]{50,}\b"),
    Pattern("RENDER_KEY", r"\brnd_[A-Za-z0-9]{26,34}\b"),
    Pattern("HEROKU_KEY", r"\bHRKU-(?:" + _UUID + r"|[A-Za-z0-9_-]{60})"),
    Pattern("AIVEN_PASSWORD", r"\bAVNS_[A-Za-z0-9_-]{15,40}"),
    Pattern("PULUMI_TOKEN", r"\bpul-[a-f0-9]{40}\b"),
    Pattern("PREFECT_KEY", r"\bpn[ub]_[A-Za-z0-9]{36}\b"),
    Pattern("SCALINGO_TOKEN", r"\btk-us-[A-Za-z0-9_-]{48}\b"),
    Pattern("INFRACOST_KEY", r"\bico-[A-Za-z0-9]{32}\b"),
    # code
    Pattern("GITHUB_TOKEN", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
    Pattern("GITHUB_TOKEN", r"\bghs_[A-Za-z0-9_]{0,40}eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    Pattern("GITHUB_TOKEN", r"\bgithub_pat_[A-Za-z0-9_]{36,255}"),
    Pattern("GITLAB_TOKEN", r"\bgl(?:pat|ptt|dt|rt|cbt|oas|ft|ffct|soat|agent|imt)-[A-Za-z0-9_.-]{20,}"),
    Pattern("NPM_TOKEN", r"\bnpm_[A-Za-z0-9]{36}\b"),
    Pattern("PYPI_TOKEN", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    Pattern("NUGET_KEY", r"\boy2[a-z0-9]{43}\b"),
    Pattern("RUBYGEMS_KEY", r"\brubygems_[a-f0-9]{48}\b"),
    Pattern("CRATES_TOKEN", r"\bcio[A-Za-z0-9]{32}\b"),
    Pattern("DOCKER_TOKEN", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
    Pattern("ATLASSIAN_TOKEN", r"\bAT[AC]TT3[A-Za-z0-9_=-]{100,}"),
    Pattern("LINEAR_KEY", r"\blin_api_[A-Za-z0-9]{40}\b"),
    Pattern("NOTION_TOKEN", r"\bsecret_[A-Za-z0-9]{43}\b"),
    Pattern("NOTION_TOKEN", r"\bntn_[A-Za-z0-9]{40,}\b"),
    Pattern("POSTMAN_KEY", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
    Pattern("SENTRY_TOKEN", r"\bsntry[su]_[A-Za-z0-9_+/=-]{40,}"),
    Pattern("GRAFANA_TOKEN", r"\bgl(?:c|sa)_[A-Za-z0-9_+/=]{32,}"),
    Pattern("NEWRELIC_KEY", r"\b(?:NRAK-[A-Z0-9]{27}|(?:eu[0-9]{2}xx)?[0-9a-f]{24,36}(?:FFFF)?NRAL)\b"),
    Pattern("DOPPLER_TOKEN", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}"),
    Pattern("NPM_TOKEN", r":_authToken=(" + _UUID + r")"),
    Pattern("NPM_TOKEN", r":_authToken=[\"']?([A-Za-z0-9+/=_.-]{20,})", "value"),
    Pattern("BITBUCKET_TOKEN", r"\bATBB[A-Za-z0-9_-]{32}\b"),
    Pattern("CIRCLECI_TOKEN", r"\bCCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}\b"),
    Pattern("BUILDKITE_TOKEN", r"\bbk(?:ua|aj|at)_[A-Za-z0-9_-]{40,}"),
    Pattern("SONAR_TOKEN", r"\bsq[upa]_[a-f0-9]{40}\b"),
    Pattern("ARTIFACTORY_KEY", r"\bAKCp[A-Za-z0-9]{69}\b"),
    Pattern("FIGMA_TOKEN", r"\bfig[dou]r?_[A-Za-z0-9_-]{40,}"),
    Pattern("AIRTABLE_TOKEN", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b"),
    Pattern("HARNESS_TOKEN", r"\b[ps]at\.[A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}\b"),
    Pattern("CONTENTFUL_TOKEN", r"\bCFPAT-[A-Za-z0-9_-]{43}\b"),
    Pattern("README_KEY", r"\brdme_[a-z0-9]{70}\b"),
    Pattern("TYPEFORM_TOKEN", r"\btfp_[A-Za-z0-9_.=-]{44,}"),
    Pattern("CLICKUP_TOKEN", r"\bpk_[0-9]{4,10}_[A-Z0-9]{32}\b"),
    Pattern("ADAFRUIT_KEY", r"\baio_[A-Za-z0-9]{28}\b"),
    Pattern("ASANA_TOKEN", r"\b[12]/[0-9]{13,17}(?:/[0-9]{13,17})?:[0-9a-f]{32}\b"),
    Pattern("MAPBOX_TOKEN", r"\bsk\.eyJ[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}"),
    Pattern("DUFFEL_TOKEN", r"\bduffel_(?:live|test)_[A-Za-z0-9_=-]{43}"),
    # messages and money
    Pattern("SLACK_TOKEN", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    Pattern("SLACK_TOKEN", r"\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-f0-9]{20,}"),
    Pattern("SLACK_WEBHOOK", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{20,})"),
    Pattern("DISCORD_WEBHOOK", r"discord(?:app)?\.com/api/webhooks/[0-9]+/([A-Za-z0-9_-]{40,})"),
    Pattern("DISCORD_TOKEN", r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b"),
    Pattern("TELEGRAM_TOKEN", r"(?:\b|/bot)([0-9]{8,10}:AA[A-Za-z0-9_-]{33})"),
    Pattern("FIREBASE_KEY", r"\bAAAA[A-Za-z0-9_-]{7}:APA91[A-Za-z0-9_-]{120,}"),
    Pattern("BRAINTREE_TOKEN", r"\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}\b"),
    Pattern("FLUTTERWAVE_KEY", r"\bFLW(?:SEC|PUB)K(?:_TEST)?-[a-f0-9A-F]{12,40}-X\b"),
    Pattern("STRIPE_KEY", r"\b[rs]k_(?:live|test|prod)_[A-Za-z0-9]{16,}"),
    Pattern("STRIPE_SECRET", r"\bwhsec_[A-Za-z0-9+/]{32,}"),
    Pattern("SQUARE_TOKEN", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),
    Pattern("SHOPIFY_TOKEN", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    Pattern("SENDGRID_KEY", r"\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}"),
    Pattern("TWILIO_KEY", r"\bSK[0-9a-f]{32}\b"),
    Pattern("TWILIO_TOKEN", r"\bAC[0-9a-f]{32}[\"']?[\s,:;=\"']{1,6}([0-9a-f]{32})\b"),
    Pattern("MAILGUN_KEY", r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})\b"),
    Pattern("MAILCHIMP_KEY", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    Pattern("OKTA_TOKEN", r"\bSSWS[ \t]+(00[A-Za-z0-9_-]{38,42})\b"),
    Pattern("RESEND_KEY", r"\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,26}\b"),
    Pattern("HUBSPOT_TOKEN", r"\bpat-(?:na|eu|ap)[0-9]-" + _UUID),
    Pattern("PLAID_TOKEN", r"\baccess-(?:sandbox|development|production)-" + _UUID),
    Pattern("SHIPPO_TOKEN", r"\bshippo_(?:live|test)_[a-f0-9]{40}\b"),
    Pattern("EASYPOST_KEY", r"\bEZ[AT]K[A-Za-z0-9]{54}\b"),
    Pattern("SQUARE_TOKEN", r"\bEAAA[A-Za-z0-9_-]{60}\b"),
    Pattern("FACEBOOK_TOKEN", r"\bEAA(?:CEdEose0cBA|[A-Z])[A-Za-z0-9]{80,}"),
    Pattern("TWITTER_TOKEN", r"\bA{20,22}[A-Za-z0-9%]{80,}"),
    Pattern("DROPBOX_TOKEN", r"\bsl\.(?:u\.)?[A-Za-z0-9_-]{130,}"),
    Pattern("SALESFORCE_TOKEN", r"\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{80,}"),
    Pattern("TWITCH_TOKEN", r"\boauth:[a-z0-9]{30}\b"),
    Pattern(
        "OFFICE_WEBHOOK",
        r"webhook\.office\.com/webhookb2/(" + _UUID + r"@" + _UUID + r"/IncomingWebhook/[0-9a-f]{32}/)",
    ),
    Pattern("ZAPIER_WEBHOOK", r"hooks\.zapier\.com/hooks/catch/([0-9]{5,10}/[A-Za-z0-9]{6,})"),
    Pattern("DYNATRACE_TOKEN", r"\bdt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b"),
    Pattern("CLOUDFLARE_KEY", r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b"),
    Pattern("ONEPASSWORD_KEY", r"\b(?:A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b|ops_eyJ[A-Za-z0-9+/]{100,}={0,3})"),
    Pattern("SOURCEGRAPH_TOKEN", r"\b(?:sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}|slk_[a-f0-9]{64})\b"),
    Pattern("BREVO_KEY", r"\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),
    Pattern("OPENSHIFT_TOKEN", r"\bsha256~[A-Za-z0-9_-]{43}\b"),
    Pattern("GRAFANA_TOKEN", r"\beyJrIjoi[A-Za-z0-9]{70,400}={0,2}"),
    # Services of fewer people, by what their keys begin with.
    Pattern(
        "SERVICE_KEY",
        r"\b(?:p8e-[a-z0-9]{32}|cmVmd[A-Za-z0-9]{59}|4b1d[A-Za-z0-9]{38}|CLOJARS_[a-z0-9]{60}|fio-u-[A-Za-z0-9_-]{64}|phx_[A-Za-z0-9]{43,48}|pylf_v[0-9]_[a-z]{2}_[A-Za-z0-9]{43}"
        r"|esecret_[A-Za-z0-9]{26,}|jina_[a-f0-9]{32}[A-Za-z0-9_-]{28}|fc-[a-f0-9]{32}|BSA[A-Za-z0-9_-]{28}|napi_[a-z0-9]{64}|ddp_[A-Za-z0-9]{36}|sktsec_[A-Za-z0-9_-]{40,}|tr_(?:dev|prod|stg)_[A-Za-z0-9]{20,24}"
        r"|signkey-(?:prod|test|branch)-[a-f0-9]{64}|rpa_[A-Z0-9]{40,46}[a-z0-9]{0,6}|xa[ap]t-" + _UUID + r"|polar_(?:oat|pat)_[A-Za-z0-9_-]{40,}|dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}|sm_(?:pat|aat|sat)_[A-Za-z0-9]{16}"
        r"|s-s4t2(?:ud|af)-[a-f0-9]{64}|lin_oauth_[a-f0-9]{64}|SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}|cal_live_[a-f0-9]{32}|bb_live_[A-Za-z0-9_-]{20,}|sk-helicone-[a-z0-9-]{20,}|unkey_[A-Za-z0-9]{22,}"
        r"|sdk-" + _UUID + r"|pnpt_[A-Za-z0-9_-]{30,}|wandb_v1_[A-Za-z0-9_]{60,}|secret-live-[A-Za-z0-9_=-]{30,}|live_[a-f0-9]{35}|AQE[a-z][A-Za-z0-9+/=]{60,}-[A-Za-z0-9+/=]{40,}-[A-Za-z0-9]{10,})(?:$|[^A-Za-z0-9_])",
    ),
    Pattern(
        "SERVICE_KEY",
        r"\b(tgp_v1_[A-Za-z0-9_-]{43}|bce-v3/ALTAK-[A-Za-z0-9]{21}/[a-f0-9]{40}|bedrock-api-key-[A-Za-z0-9+/]{100,}={0,2}|cf[ua]t_[A-Za-z0-9]{40}[a-f0-9]{8}|vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}"
        r"|mdb_sa_sk_[A-Za-z0-9_-]{40}|cflt[A-Za-z0-9+/]{60}|packagist_[a-z]{3}_[a-f0-9]{68}|snyk_[us]at\.[a-z0-9]{8}\.[A-Za-z0-9_.-]{20,}|hc[abc]ik_[a-z0-9]{58}|xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}"
        r"|sk_org_(?:live|test)_[A-Za-z0-9]{20,}|dose[a-f0-9]{32}|crsr_[a-f0-9]{64}|apify_api_[A-Za-z0-9]{36}|sk-let-[A-Za-z0-9=]{40,}|llx-[A-Za-z0-9]{48}|nk-[A-Za-z0-9_-]{43}|pdl_live_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}"
        r"|" + _UUID + r":fx|(?:prod|dev|preview):[a-z]{2,20}-[a-z]{2,20}-[0-9]{1,4}\|[A-Za-z0-9+/=]{40,}|0\." + _UUID + r"\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==)(?:$|[^A-Za-z0-9_])",
    ),
    Pattern("SERVICE_KEY", r"\bGenieKey[ \t]+(" + _UUID + r")"),
    Pattern("SERVICE_KEY", r"\bmcp\.zapier\.com/api/mcp/s/([A-Za-z0-9_-]{40,})"),
    # of all kinds
    Pattern("SECRET", r"\bAPP_KEY=[\"']?(base64:[A-Za-z0-9+/]{43}=)"),  # of Laravel
    Pattern("PASSWORD_HASH", r"(\$(?:[156y]|2[abxy]|apr1|argon2id?)\$[./A-Za-z0-9$=,+]{28,})"),
    # Of wallets: one address in the format of Bitcoin (WIF), or all that derive from one key (BIP 32).
    Pattern("WALLET_KEY", r"\b([5KL][1-9A-HJ-NP-Za-km-z]{50,51})\b", "key of a wallet"),
    Pattern("WALLET_KEY", r"\b[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,110}\b"),
    # Of Django: fifty characters with signs among them.
    Pattern("SECRET", r"(?i)\bsecret_key" + _ASSIGNED + r"\\?[\"']([^\s\"'\\]{40,128})\\?[\"']", "value"),
    Pattern("AGE_KEY", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    # Assigned in capitals, as in .env files, it is in use: most others are examples, or have expired.
    Pattern("SECRET", r"(?m)^[ \t]*(?:export[ \t]+)?[A-Z0-9_]{0,40}(?:KEY|TOKEN|SECRET|JWT)=[\"']?(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"),
    Pattern("JWT", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    Pattern(
        "PASSWORD", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{0,64}:([^\s/:@\"'<>]{3,128})@", "password"
    ),
    Pattern(
        "PASSWORD",  # of a connection string: Server=...;User ID=...;Password=...;
        r"(?i)\b(?:server|data source|host|user id|uid|username|database|initial catalog)=[^;\n]{1,100};(?:[^;=\n]{1,40}=[^;\n]{0,100};){0,8}[ ]?(?:password|pwd)=([^\s;\"']{6,128})",
        "password",
    ),
    Pattern("BEARER_TOKEN", r"(?i)\bbearer[ \t]+([A-Za-z0-9._~+/-]{20,}=*)", "value"),
    Pattern(
        "BASIC_CREDENTIAL",
        r"(?i)\bauthorization" + _ASSIGNED + r"(?:\\?[\"'])?basic[ \t]+([A-Za-z0-9+/]{12,}={0,2})",
        "password",
    ),
    Pattern(
        "PASSWORD", r"(?i)" + _PASSWORD_NAMES + _ASSIGNED + r"\\?[\"']([^\s\"'\\]{6,128})\\?[\"']", "password"
    ),
    # A line that is nothing else, as of .env files: whatever signs the value holds, all of it is masked.
    Pattern(
        "PASSWORD",
        r"(?im)^[ \t]*(?:export |set )?[a-z0-9_.-]{0,40}" + _PASSWORD_NAMES + r"=([^\s\"'\\]{6,128})$",
        "line",
    ),
    Pattern(
        "PASSWORD",
        r"(?im)" + _BEFORE + _PASSWORD_NAMES + r"[ \t]?=[ \t]?([^\s\"';(){}\[\]<>$,&#\\]{6,128})" + _AFTER,
        "bare password",
    ),
    # Before a command, as in PGPASSWORD=... psql: there # is a sign like others.
    Pattern(
        "PASSWORD",
        r"(?m)(?:^|[\s;&|])[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|_PWD)=([^\s\"'\\;|&<>(){}$]{6,128})[ \t]+[a-z./]",
        "line",
    ),
    Pattern(
        "PASSWORD",
        r"\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]\\?[\"']?[^\s:\"']{1,64}:([^\s\"'\\]{6,128})",
        "password",
    ),
    # What holds letters and digits, and ends its line: `password: string` is no password.
    Pattern(
        "PASSWORD",
        r"(?im)(?:^|[\s\"'_-])"
        + _PASSWORD_SAID
        + r"[\"']?[ \t]{0,3}(?::|=|：)[ \t]{0,3}[\"']?([^\s\"'\\]{8,64})[\"']?[ \t]*(?:$|[\\,;])",
        "mixed",
    ),
    Pattern(
        "PASSWORD",
        r"(?im)^[ \t]*(?:-[ \t])?[a-z0-9_.-]{0,40}(?:pass|pw)[ \t]?[=:][ \t]{1,4}([^\s\"'\\]{8,64})[ \t]*$",
        "mixed",
    ),
    Pattern(
        "PASSWORD",
        r"(?im)(?:^|[\s_])(?:bind|db|root|user|admin)?(?:pass|pw)[ \t]?[=:][ \t]?([^\s\"'\\;,&]{8,64})" + _AFTER,
        "mixed",
    ),
    # Words only, as people choose them: beside a name to sign in with, or in a sentence and put together oddly.
    Pattern(
        "PASSWORD",
        r"(?im)^[ \t]*(?:" + _SIGNED_IN_AS + r")[ \t]{0,3}[:=][ \t]{0,3}\S{2,64}[ \t]*\r?\n[ \t]*" + _PASSWORD_SAID
        + r"[ \t]{0,3}[:=][ \t]{0,3}([^\s\"'\\]{8,64})[ \t]*$",
        "words",
    ),
    Pattern(
        "PASSWORD",
        r"(?im)^[ \t]*" + _PASSWORD_SAID + r"[ \t]{0,3}[:=][ \t]{0,3}([^\s\"'\\]{8,64})[ \t]*\r?\n[ \t]*(?:"
        + _SIGNED_IN_AS + r")[ \t]{0,3}[:=]",
        "words",
    ),
    Pattern(
        "PASSWORD",
        r"(?i)(?:^|[\s\"'(])" + _PASSWORD_SAID + r"(?:[ \t]+(?:for|of|to|on|von|für|fur|vom|zum|del|de|do|della|du|pour|para|voor|do|dla)[ \t]+[^\n.,:;]{1,40}?)?"
        r"[ \t]{0,3}(?:[:=：][ \t]{0,3}|[ \t](?:is|was|ist|lautet|est|es|é|è|e|jest|är|ar|er)[ \t]+)[\"'`]?([^\s\"'`\\,;]{8,64})",
        "odd words",
    ),
    # Base32 (RFC 4648), in one piece or in fours, as services show it.
    Pattern(
        "TOTP_SEED",
        r"(?i)(?:^|[^a-z])(?:" + _SECOND_FACTOR + r")(?:[^a-z\n][^\n]{0,60}?)?[\s:=\"'`(]"
        r"((?-i:[A-Z2-7]{16,64})|(?:[a-z2-7]{4}[ -]){3,15}[a-z2-7]{4})(?:$|[^a-z0-9])",
        "seed",
    ),
    Pattern(
        "RECOVERY_CODES",
        r"(?i)\b(?:recovery|backup|scratch|rescue)[ _-]?codes?\b[^\n]{0,30}?[\s:=]((?:[a-z0-9]{4,8}-[a-z0-9]{4,8}[\s,;]{1,4}){1,15}[a-z0-9]{4,8}-[a-z0-9]{4,8})\b",
        "codes",
    ),
    # Words of a wallet (BIP 39): 12 to 24 of 3 to 8 letters.
    Pattern(
        "SEED_PHRASE",
        r"(?i)\b(?:(?:seed|recovery|mnemonic|backup|secret)[ _-]?(?:phrase|words|key)|(?:[a-z]{1,20}_)?mnemonic)\b[^\n]{0,40}?[\s:=\"'`]((?-i:(?:[a-z]{3,8}[ \n]){11,23}[a-z]{3,8}|(?:[a-z]{3,8}, ?){11,23}[a-z]{3,8}))\b",
        "words of a wallet",
    ),
    # Pairs of a name and a value: appSettings of .NET, variables of containers.
    Pattern("PASSWORD", r"(?i)\b(?:key|name)\\?[\"']?[ \t]{0,3}[:=][ \t]{0,3}\\?[\"']?[a-z0-9_.:-]{0,40}(?:password|passwd|pwd|secret|token|api_?key)\\?[\"']?[\s,]{1,40}\\?[\"']?value\\?[\"']?[ \t]{0,3}[:=][ \t]{0,3}\\?[\"']?([^\s\"'\\<>{}]{8,128})", "mixed"),
    Pattern("PASSWORD", r"(?i)<(?:password|passwd|pwd)>([^\s<>]{6,128})</", "password"),
    Pattern("PASSWORD", r"(?i)[\"'][a-z0-9_.-]{0,30}password[\"'][ \t]*,[ \t]*[\"']([^\s\"'\\]{8,64})[\"'][ \t]*\)", "mixed"),
    Pattern("PASSWORD", r"\bmachine[ \t]+\S{1,100}\s+login[ \t]+\S{1,64}\s+password[ \t]+(\S{6,128})", "password"),
    Pattern("PASSWORD", r"(?:\bsshpass[ \t]+-p[ \t]*|\bmysql(?:dump)?\b[^\n]{0,80}?[ \t]-p|[ \t]--password[ =])[\"']?([^\s\"'\\]{6,64})", "mixed"),
    # What other programs are given to sign in with: a password with a short option, a key with a long one.
    Pattern("BASIC_CREDENTIAL", r"(?:\"auths\"[\s\S]{1,300}?\"auth\"[ \t\n]*:[ \t]*\"|_auth[ ]?=[ ]?\"?)([A-Za-z0-9+/]{12,}={0,2})(?:$|[\s\"])", "password"),
    Pattern("PASSWORD", r"(?m)^[a-z0-9*][\w.*-]*:(?:\*|[0-9]{4,5}):[^:\s]{1,64}:[^:\s]{1,64}:([^\s:]{8,64})$", "mixed"),  # of .pgpass
    Pattern("SESSION", r"(?i)\b(?:set-)?cookie:[^\n]{0,300}?\b[\w.-]{0,20}(?:sess(?:ion)?(?:[_-]?id)?|sid|auth)=([A-Za-z0-9%._+/=-]{16,512})", "value"),
    Pattern("PASSWORD", r"\bnet[ \t]+use\b[^\n]{0,120}?/user:\S{1,64}[ \t]+([^\s\"'\\/]{6,64})", "mixed"),
    Pattern("PASSWORD", r"\b(?:redis-cli|ldap(?:search|add|modify|delete|whoami|passwd)|mongo(?:sh|dump|restore|export)?|(?:docker|podman|az|oc|helm registry)[ \t]+login|sqlcmd|mosquitto_\w{3}|xfreerdp|psexec|impacket-\w+)\b[^\n|;&]{0,160}?[ \t](?:-[awpP]|/p:|-pw)[ \t]?[\"']?([^\s\"'\\]{6,64})", "mixed"),
    Pattern("SECRET", r"(?i)[ \t]--?[a-z0-9-]{0,30}(?:api-?key|token|secret|access-?key|auth-?key|client-secret|admin-?key)[ \t=][\"']?([A-Za-z0-9_./+=~-]{16,256})", "value"),
    Pattern("SECRET", r"(?:^|[ \t;&|])[a-z][a-z0-9_-]{1,20}[ \t]+(?:login|auth|authenticate)[ \t]+(?:-[a-z-]{1,20}[ \t]+)?[\"']?([A-Za-z0-9_-]{32,128})(?:$|[\s\"'])", "value"),
    # What a client of a service is made with, and nothing else: Client('...').
    Pattern("SECRET", r"\b[A-Za-z]{0,30}(?:Client(?:V[0-9])?|Api|API|SDK|[lL]ogin|[aA]uthenticate|setApiKey|set_api_key)\([ \t]*[\"']([A-Za-z0-9_-]{32,128})[\"'][ \t]*[,)]", "random"),
    Pattern("SECRET", r"\b[A-Za-z]{0,30}(?:[cC]lient|[sS]earch)\([ \t]*[\"'][A-Za-z0-9_-]{6,40}[\"'],[ \t]*[\"']([A-Za-z0-9_-]{32,128})[\"']", "value"),
    Pattern("PASSWORD", r"(?i)(?:\bpsk[ \t]?[=:][ \t]?|\bwifi:[^\n]{0,80}?;p:)[\"']?([^\s\"'\\;]{8,63})", "mixed"),
    Pattern(
        "PASSWORD",
        r"(?im)\b(?:login|logins|credentials|account|zugang|zugangsdaten|accès|acceso)[ \t]{0,3}[:=][ \t]{0,3}[^\s/]{2,64}[ \t]{1,3}/[ \t]{1,3}([^\s\"'\\]{8,64})",
        "random password",
    ),
    Pattern(
        "PASSWORD",
        r"(?i)(?:^|[\s\"'(])" + _PASSWORD_SAID + r"(?:[ \t]+(?:is|ist|lautet|est|es|é|è|e|jest|är|for \S{1,30} is))?[ \t]*[:：]?[ \t]+[\"'`]?([^\s\"'`\\]{8,64})",
        "random password",
    ),
    Pattern(
        "SECRET", r"(?i)" + _NAMES + _ASSIGNED + r"\\?[\"']([A-Za-z0-9_./+=~-]{16,256})\\?[\"']", "value"
    ),
    Pattern(
        "SECRET",
        r"(?im)" + _BEFORE + _NAMES + r"[ \t]?[=:][ \t]?([A-Za-z0-9_/+=~-]{16,256})" + _AFTER,
        "value",
    ),
    Pattern("SECRET", r"(?i)" + _NAMES + _ASSIGNED + r"\\?[\"']([A-Za-z0-9]{10,15})\\?[\"']", "short value"),
    Pattern("SECRET", r"(?im)" + _BEFORE + _NAMES + r"[ \t]?=[ \t]?([A-Za-z0-9]{10,15})" + _AFTER, "short value"),
)  # fmt: skip
