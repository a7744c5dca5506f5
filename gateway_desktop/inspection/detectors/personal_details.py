"""PersonalDetails: numbers and addresses that name a person, by their looks, their words around and checksums."""

from bisect import bisect
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection import checksums
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.letters import read
from gateway_desktop.inspection.normalize import Normal, View
from gateway_desktop.inspection.patterns import COMMON, PatternSet

MOST = 300  # of one text
_MANY = 10  # different ones of one text: a list of people
_NUMBERS = 0.7  # confidence from which a datum without a checksum is a number that an office gave
_B = r"(?:^|[^\w.-])"  # before a number that stands alone
_A = r"(?:$|[^\w-])"
# One in ten numbers of any kind satisfies the check of these, so it takes a word, too: articles and parcels have 12 and 13
# digits, messages and posts 17 to 19.
_CARD = r"card(?: number| no\.?)?|cc|pan|visa|maestro|mastercard|amex|unionpay|karte(?:nnummer)?|kreditkarte\w{0,8}|tarjeta|carte|carta|cart[aã]o"
_AADHAAR = r"(?:\ba?adhaa?r|\buidai\b|\buid (?:no|number)\b|" + read("आधार") + r")"


# What the numbers of citizens, patients and taxpayers are called where no check of theirs is known here.
_NATIONAL = (
    r"\b(?:ppsn?|oib|em[sš]o|jmbg|isikukood|asmens kodas|personas kods|kennitala|taj(?:-?sz[aá]m)?|rodn[eé] ?[cč][ií]slo|c[eé]dula(?: de (?:ciudadan[ií]a|identidad))?|nik|ktp"
    r"|cccd|cmnd|cnic|mykad|emirates id|iqama|nhi number|medicare(?: card| number| no\.?)?|ird(?: number)?|rnokpp|national (?:id|identity)(?: card)?|numero de identidad|carte d'identit[eé]"
    r"|carta d'identit[aà]|documento de identidad|identity card|citizen id|taxpayer id)\b|"
    + "|".join(map(read, "マイナンバー 個人番号 ІПН РНОКПП เลขประจำตัวประชาชน ИИН".split()))
)

_WORDS = r"[^\d\n,;:<>{}()\[\]\"=|]"
# fmt: off
# How postal addresses are written: in the United States, Britain, Germany, Spain, France, Italy and the Netherlands.
_ADDRESS = (
    r"\d{1,6} [a-z][\w.' -]{2,45}, [\w.' -]{2,40}, [a-z]{2} \d{5}(?:-\d{4})?"
    r"|\d{1,4}[a-z]? [a-z][\w.' -]{2,40},(?: [\w.' -]{2,30},?)? [a-z]{1,2}\d[a-z\d]? \d[a-z]{2}"
    r"|[a-z]" + _WORDS + r"{0,38}(?:stra(?:ss|" + read("ß") + r")e|str\.|weg|platz|allee|gasse|ring|damm|ufer) \d{1,4} ?[a-z]?, ?(?:[da]-)?\d{4,5} [a-z]" + _WORDS + r"{2,30}"
    r"|(?:calle|c/|avenida|avda?\.?|plaza|paseo) ?" + _WORDS + r"{2,45},? \d{1,4}(?:,[^\n,;:]{1,16})?, ?\d{5} [a-z]" + _WORDS + r"{2,30}"
    r"|\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|bd|place|chemin|impasse|all[ée]e|quai) " + _WORDS + r"{2,45}, ?\d{5} [a-z]" + _WORDS + r"{2,30}"
    r"|(?:via|viale|piazza|corso|largo) " + _WORDS + r"{2,45},? \d{1,4}, ?\d{5} [a-z]" + _WORDS + r"{2,30}"
    r"|[a-z]" + _WORDS + r"{0,30}(?:straat|gracht|laan|weg|plein|kade|singel) \d{1,4} ?[a-z]?, ?\d{4} ?[a-z]{2}\b(?: [a-z]" + _WORDS + r"{2,30})?"
)
# What stands in every one of them: the post code.
_ADDRESS_ENDS = r"[a-z]{2} \d{5}(?:$|\W)|, ?(?:[da]-)?\d{4,5} ?[a-z]|\d[a-z\d]? \d[a-z]{2}(?:$|\W)"
_LIVES = (
    r"\b(?:lives?|lived|living|resid(?:es?|ed|ing)|(?:home|private|my) address|wohnt?|wohnhaft|wohne|(?:meine|private?) (?:adresse|anschrift)|vivo|vive|domicilio|mi direcci[oó]n|j'habite|habite|domicili[ée]e?|mon adresse"
    r"|abito|abita|residente|woont?|moro|mora|residente)\b"
)
_MONTH = (
    r"(?:jan|feb|m[aä]r|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|ene|abr|ago|dic|f[eé]v|avr|mai|juin|juil|ao[uû]|d[eé]c|gen|mag|giu|lug|set|ott|fev|out|mrt)[^\W\d]{0,8}\.?"
)
_BORN = (
    r"(?:dob|d\.o\.b\.?|date of birth|birth ?date|geburtsdatum|geboren am|geb\. am|fecha de nacimiento|nacid[oa] el|date de naissance|n[ée]e? le|data di nascita|nat[oa] il|data de nascimento|nascid[oa] em"
    r"|geboortedatum|geboren op|data urodzenia|(?:i|she|he|patient|who|and) (?:was|am) born(?: on)?|patient,? born(?: on)?)"
)
# fmt: on


class _Shape(NamedTuple):
    name: str
    expression: str  # group 1 is the datum
    check: checksums.Check | None
    confidence: float
    why: str
    hint: str = ""  # what stands in every text with such a datum, and is found faster


_SHAPES: tuple[_Shape, ...] = (
    _Shape("card_number", r"\b(?:" + _CARD + r")\b\D{0,24}((?:\d[ -]?){11,18}\d)" + _A, checksums.card, 0.9, "A payment card number"),
    _Shape("card_number", _B + r"((?:\d[ -]?){13,15}\d)" + _A, checksums.card, 0.9, "A payment card number"),
    _Shape("card_number", _B + r"(\d{4}\.\d{4}\.\d{4}\.\d{4})(?:$|[^\w.-]|\.\W)", checksums.card, 0.9, "A payment card number"),
    _Shape("iban", r"\b([a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?)\b", checksums.iban, 0.95, "A bank account number (IBAN)"),
    _Shape("us_ssn", _B + r"(\d{3}-\d{2}-\d{4})" + _A, checksums.ssn, 0.9, "A US Social Security number"),
    _Shape("us_ssn", r"\b(?:ssn|social security|my social)\b\D{0,20}(\d{9}|\d{3} \d{2} \d{4})" + _A, checksums.ssn, 0.9, "A US Social Security number"),
    _Shape("spanish_id", _B + r"([xyz\d]-?\d{7}-?[a-z])" + _A, checksums.dni, 0.85, "A Spanish DNI or NIE"),
    _Shape("brazilian_cpf", _B + r"(\d{3}\.\d{3}\.\d{3}-\d{2})" + _A, checksums.cpf, 0.95, "A Brazilian CPF"),
    _Shape("brazilian_cpf", r"\bcpf\b\D{0,12}(\d{11})" + _A, checksums.cpf, 0.9, "A Brazilian CPF"),
    _Shape("aadhaar", _AADHAAR + r"[^\d\n]{0,40}([2-9]\d{3}[ -]?\d{4}[ -]?\d{4})" + _A, checksums.aadhaar, 0.9, "An Indian Aadhaar number"),
    _Shape("aadhaar", _B + r"([2-9]\d{3} \d{4} \d{4})[^\w\n]{1,4}(?:\w{1,12}\W){0,3}" + _AADHAAR, checksums.aadhaar, 0.9, "An Indian Aadhaar number"),
    _Shape("french_nir", _B + r"([12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ab]) ?\d{3} ?\d{3} ?\d{2})" + _A, checksums.nir, 0.95, "A French social security number"),
    _Shape("dutch_bsn", r"\b(?:bsn|burgerservicenummer|sofinummer)\b\D{0,12}(\d{9})" + _A, checksums.bsn, 0.9, "A Dutch BSN"),
    _Shape("passport", r"(?:^|[^\w<])((?:p[a-z<][a-z<]{42}\s{1,2})?[a-z0-9<]{9}\d[a-z<]{3}\d{7}[mfx<]\d{7}[a-z0-9<]{14}[\d<]\d)(?:$|[^\w<])", checksums.machine_readable, 0.9, "The machine-readable lines of a passport", r"\d[a-z<]{3}\d{7}[mfx<]\d{7}"),
    _Shape("identity_card", r"(?:^|[^\w<])((?:[iac][a-z<][a-z<]{3}[a-z0-9<]{25}\s{1,2})?\d{7}[mfx<]\d{7}[a-z<]{3}[a-z0-9<]{11}\d(?:\s{1,2}[a-z<]{30})?)(?:$|[^\w<])", checksums.machine_readable, 0.9, "The machine-readable lines of an identity card", r"\d{7}[mfx<]\d{7}[a-z<]{3}"),
    _Shape("health_provider", r"\bnpi\b\D{0,12}([12]\d{9})" + _A, checksums.npi, 0.85, "A US provider's number (NPI)"),
    _Shape("health_provider", r"\bdea\b(?: (?:number|no\.?|registration|#))?[^\w\n]{1,4}([a-hj-mpr-ux][a-z9]\d{7})" + _A, checksums.dea, 0.9, "A US prescriber's number (DEA)"),
    _Shape("health_insurance", r"\b(?:mbi|medicare)\b[^\n\d]{0,24}([1-9][ac-hj-kmnp-rt-y][ac-hj-kmnp-rt-y\d]\d-?[ac-hj-kmnp-rt-y][ac-hj-kmnp-rt-y\d]\d-?[ac-hj-kmnp-rt-y]{2}\d{2})" + _A, None, 0.9, "A US Medicare number"),
    _Shape("patient", r"\b(?:mrn|medical record(?: number| no\.?)?|patient (?:id|no\.?|number)|patientennummer|versichertennummer|kvnr)\b[^\w\n]{0,5}(?:is[ :])?([a-z]{0,3}\d{6,10})" + _A, None, 0.75, "The number of a patient"),
    _Shape("polish_pesel", r"\bpesel\b\D{0,12}(\d{11})" + _A, checksums.pesel, 0.9, "A Polish PESEL"),
    _Shape("uk_nino", _B + r"([abceghj-prstw-z][abceghj-nprstw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d])" + _A, None, 0.7, "A UK National Insurance number"),
    _Shape("italian_fiscal_code", r"\b([a-z]{6}\d{2}[a-ehlmprst]\d{2}[a-z]\d{3}[a-z])\b", None, 0.85, "An Italian fiscal code", r"[a-z]\d{2}[a-ehlmprst]\d{2}[a-z]\d{3}[a-z]"),
    _Shape("turkish_id", r"\b(?:tckn|t\.?c\.?(?: kimlik)?(?: no| numaras\S{1,4})?|kimlik(?: no| numaras\S{1,4}))\b\D{0,12}(\d{11})" + _A, checksums.turkish_id, 0.9, "A Turkish identity number"),
    _Shape("nhs_number", r"\bnhs\b\D{0,20}(\d{3}[ -]?\d{3}[ -]?\d{4})" + _A, checksums.nhs, 0.9, "A British NHS number"),
    _Shape("german_tax_id", r"\b(?:steuer(?:-?id|liche |-?)(?:identifikations-?nummer|nummer)?|idnr|tin|tax id)\b\D{0,16}(\d{2} ?\d{3} ?\d{3} ?\d{3})" + _A, checksums.german_tax_id, 0.9, "A German tax number"),
    _Shape("german_pension", r"\b(?:rentenversicherungs|sozialversicherungs|versicherungs|rv|sv)-?(?:nummer|nr\.?)[^\w\n]{1,4}(\d{2} ?\d{6} ?[a-z] ?\d{3})" + _A, checksums.german_pension, 0.9, "A German pension insurance number"),
    _Shape("russian_passport", r"(?:" + read("паспорт") + "|" + read("Паспорт") + r")\D{0,20}(\d{2} ?\d{2} ?\d{6})" + _A, None, 0.8, "A Russian passport number"),
    _Shape("brazilian_cnpj", _B + r"(\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2})" + _A, checksums.cnpj, 0.9, "A Brazilian CNPJ"),
    _Shape("chinese_id", _B + r"([1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx])" + _A, checksums.chinese_id, 0.95, "A Chinese identity number"),
    _Shape("swiss_ahv", _B + r"(756\.\d{4}\.\d{4}\.\d{2})" + _A, checksums.ean, 0.95, "A Swiss AHV number"),
    _Shape("swedish_id", r"\b(?:personnummer|personnr|swedish (?:id|personal (?:id|number)))\b\D{0,12}((?:19|20)?\d{6}[-+]?\d{4})" + _A, checksums.swedish_id, 0.9, "A Swedish personnummer"),
    _Shape("chilean_rut", _B + r"(\d{1,2}\.\d{3}\.\d{3}-[\dk])" + _A, checksums.rut, 0.9, "A Chilean RUT"),
    _Shape("russian_inn", r"(?:\binn\b|" + read("инн") + "|" + read("ИНН") + r")\D{0,12}(\d{12})" + _A, checksums.inn, 0.9, "A Russian INN"),
    _Shape("korean_id", _B + r"(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6})" + _A, checksums.korean_id, 0.9, "A Korean resident number"),
    _Shape("australian_tfn", r"\b(?:tfn|tax file number)\b\D{0,12}(\d{3} ?\d{3} ?\d{3})" + _A, checksums.tfn, 0.9, "An Australian tax file number"),
    _Shape("canadian_sin", r"\b(?:sin|social insurance(?: number| no\.?)?)\b\D{0,8}(\d{3}[ -]\d{3}[ -]\d{3})" + _A, checksums.canadian_sin, 0.9, "A Canadian social insurance number"),
    _Shape("singapore_nric", r"\b(?:nric|fin)\b\W{0,4}(?:(?:no|number)\W{1,4})?([stfg]\d{7}[a-z])\b", checksums.nric, 0.9, "A Singapore NRIC"),
    _Shape("finnish_id", _B + r"((?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+a]\d{3}[\da-fhj-np-y])" + _A, checksums.hetu, 0.9, "A Finnish personal identity code"),
    _Shape("norwegian_id", r"\b(?:f(?:ø|o|oe)dselsnummer|f(?:ø|o)dselsnr|personnummer|norwegian (?:id|national id))\b\D{0,12}(\d{6} ?\d{5})" + _A, checksums.norwegian_id, 0.9, "A Norwegian identity number"),
    _Shape("russian_snils", r"(?:\bsnils\b|" + read("снилс") + "|" + read("СНИЛС") + r")\D{0,12}(\d{3}-?\d{3}-?\d{3}[ -]?\d{2})" + _A, checksums.snils, 0.9, "A Russian SNILS"),
    _Shape("belgian_id", _B + r"(\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2})" + _A, checksums.belgian_id, 0.95, "A Belgian national number"),
    _Shape("portuguese_nif", r"\b(?:nif|contribuinte)\b\D{0,12}(\d{3} ?\d{3} ?\d{3})" + _A, checksums.nif, 0.9, "A Portuguese NIF"),
    _Shape("argentine_cuit", r"\b(?:cuit|cuil)\b\D{0,12}(\d{2}-?\d{8}-?\d)" + _A, checksums.cuit, 0.9, "An Argentine CUIT or CUIL"),
    _Shape("romanian_id", r"\bcnp\b\D{0,12}(\d{13})" + _A, checksums.romanian_id, 0.9, "A Romanian CNP"),
    _Shape("us_itin", r"\bitin\b\D{0,12}(9\d{2}-?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-?\d{4})" + _A, None, 0.85, "A US taxpayer identification number (ITIN)"),
    _Shape("uk_driving_licence", r"\b([a-z9]{5}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[a-z9]{2}\d[a-z]{2})\b", None, 0.85, "A UK driving licence number", r"\d{6}[a-z9]{2}\d[a-z]{2}"),
    _Shape("uk_tax_reference", r"\b(?:utr|unique taxpayer reference)\b\D{0,16}(\d{5} ?\d{5})" + _A, None, 0.8, "A UK tax reference (UTR)"),
    _Shape("german_identity_card", r"\b(?:personalausweis(?:nummer|nr\.?)?|ausweisnummer)\b[^\w\n]{0,8}(?:(?:nr\.?|nummer)[^\w\n]{1,4})?([cfghjklmnprtvwxyz][cfghjklmnprtvwxyz0-9]{8}\d?)\b", None, 0.85, "The number of a German identity card"),
    _Shape("austrian_svnr", r"\b(?:svnr|sv-?nummer|sozialversicherungsnummer)\b\D{0,12}(\d{4} ?\d{6})" + _A, checksums.svnr, 0.9, "An Austrian social insurance number"),
    _Shape("greek_afm", r"(?:\bafm\b|" + read("ΑΦΜ") + "|" + read("αφμ") + r")\D{0,12}(\d{9})" + _A, checksums.afm, 0.9, "A Greek tax number"),
    _Shape("bulgarian_egn", r"(?:\begn\b|" + read("ЕГН") + "|" + read("егн") + r")\D{0,12}(\d{10})" + _A, checksums.egn, 0.9, "A Bulgarian EGN"),
    _Shape("hong_kong_id", r"\b([a-z]\d{6}\([0-9a]\))", checksums.hkid, 0.9, "A Hong Kong identity card number"),
    _Shape("taiwanese_id", r"(?:\b(?:taiwan\w{0,3}|roc) id\b|" + read("身分證") + "|" + read("身份證") + r")[^\n]{0,12}?([a-z][1289]\d{8})" + _A, checksums.taiwan_id, 0.9, "An identity card number of Taiwan"),
    _Shape("mexican_rfc", r"\brfc\b\W{0,4}([a-z&]{4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[a-z0-9]{2}[0-9a])\b", None, 0.85, "A Mexican RFC", r"\d{6}[a-z0-9]{2}[0-9a]"),
    _Shape("nigerian_nin", r"\b(?:nin|bvn)\b(?: number| no\.?)?[^\w\n]{1,4}(\d{11})" + _A, None, 0.8, "A Nigerian identity or bank verification number"),
    _Shape("vehicle", r"\bvin\b(?: number| no\.?)?[^\w\n]{1,4}([a-hj-npr-z0-9]{11}\d{6})\b", None, 0.6, "The number of a vehicle"),
    _Shape("identity_number", r"(?:\b(?:south african id|sa id|teudat zehut|israeli id|amka|id number|identity number)\b|תעודת זהות)\D{0,12}(\d{9}|\d{11}|\d{13})" + _A, checksums.luhn_id, 0.85, "A national identity number"),
    _Shape("identity_number", r"(?:" + _NATIONAL + r")[^\w\n]{1,6}(?:(?:no|number|nr|is|n[º°])\b[^\w\n]{1,4})?([a-z]{0,2}\d[\d ./-]{5,18}\d[a-z]{0,2})" + _A, checksums.identity, 0.85, "A national identity number"),
    _Shape("mexican_curp", r"\b([a-z][aeioux][a-z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[hmx][a-z]{2}[b-df-hj-np-tv-z]{3}[0-9a-z]\d)\b", None, 0.9, "A Mexican CURP", r"\d{6}[hmx][a-z]{5}[0-9a-z]\d"),
    _Shape("indian_pan", r"\bpan\b\W{0,4}(?:(?:card|no|number|is)\W{1,4}){0,2}([a-z]{3}[abcfghljpt][a-z]\d{4}[a-z])\b", None, 0.85, "An Indian PAN"),
    _Shape("danish_cpr", r"\b(?:cpr|cpr-?(?:nr|nummer))\b\D{0,12}((?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4})" + _A, None, 0.85, "A Danish CPR number"),
    _Shape("passport", r"\b(?:passport|passeport|reisepass|passnummer|pasaporte|pasaport)\b\D{0,20}?\b([a-z]{1,2}\d{6,8}|\d{9}|c[0-9cfghj-npr-tv-z]{7}\d)\b", None, 0.7, "A passport number"),
    _Shape("bank_account", r"\b(?:account|acct|konto|routing)\b(?:\s+(?:number|no\.?|nr\.?))?[^\w\n]{0,4}(\d{8,17})" + _A, None, 0.6, "A bank account number"),
    _Shape("date_of_birth", r"\b(?:dob|date of birth|born(?: on)?|birth ?date|geboren)\b\W{0,4}(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})", None, 0.6, "A date of birth"),
    _Shape("date_of_birth", r"\b" + _BORN + r"\b\W{0,4}(?:(?:is|on|am|el|the)[ ]){0,2}((?:the )?(?:\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)?|(?:twenty|thirty)?[ -]?[a-z]{3,9}(?:st|nd|rd|th)(?: of)?) " + _MONTH + r"(?: de)?,? \d{4}|" + _MONTH + r"(?: the)? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})", None, 0.6, "A date of birth"),
    _Shape("date_of_birth", r"\b(?:born(?: on)?|geboren|geb\.)\W{0,4}(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})", None, 0.6, "A date of birth"),
    _Shape("home_address", _LIVES + r"[^\d\n]{0,24}?[\s:]((?:" + _ADDRESS + r"))" + _A, None, 0.88, "Where somebody lives", _ADDRESS_ENDS),
    _Shape("address", r"(?:^|[\s:,\"])((?:" + _ADDRESS + r"))" + _A, None, 0.6, "A postal address", _ADDRESS_ENDS),
    _Shape("address", r"\b((?:usns|usnv|usss|uscgc|psc|unit|cmr) [\w ,]{2,40} (?:fpo|apo|dpo),? a[aep] \d{5})" + _A, None, 0.6, "A postal address", r" a[aep] \d{5}(?:$|\W)"),
    _Shape("phone", r"(?:\b(?:phone|tel|telephone|mobile|cell|call|fax|whatsapp|at|or|telefon|t[eé]l|tel[eé]fono|telefone|handy|portable|celular|cellulare|telefoon|m[oó]vil|m[oó]bil|rufnummer|telefonnummer|handynummer|tlf|tfno)\b|\b(?:call|ring|dial|phone|text|reach|contact)(?: me| us| him| her| them)? (?:on|at)\b|\b(?:ll[aá]ma(?:me)?(?: al)?|appele[zr](?:-moi)?(?: le| au)?|joindre au|chiama(?:mi|re)?(?: al)?|bel|ring|ruf(?:e|t|en sie)?(?: (?:mich|uns|ihn|sie))?(?: (?:bitte|gern\w?|mal|doch|zuruck))?(?: an| unter| auf)?)\b|電話|手机号?|手機|전화|휴대폰|携帯|" + read("телефон") + "|" + read("тел.") + r")[^\w\n+(]{0,6}(\+?\(?\d{1,4}\)?[ .()-]?(?:\d[ .()-]{0,2}){6,12}\d(?:\s?x\d{1,6})?)" + _A, None, 0.55, "A phone number"),
    _Shape("phone", r"(?:^|[\s:,;\"'(])((?:\+\d{1,3}[ .-]?|00[1-9]\d{0,2}[ .-])\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?:\s?x\d{1,6})?)" + _A, None, 0.6, "A phone number"),
    _Shape("phone", r"(?:^|[\s:,;\"'])(\(\d{3}\) ?\d{3}-\d{4}(?:\s?x\d{1,6})?|\d{3}[-.]\d{3}[-.]\d{4}(?:\s?x\d{1,6})?|\(?001[-.]\d{3}[-.)]+\d{3}[-.]\d{4}(?:x\d{1,6})?)" + _A, None, 0.6, "A phone number"),
    _Shape("email", r"\b([a-z0-9][a-z0-9._%+-]{0,63}(?:@|%40)[a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z]{2,24})\b", None, 0.5, "An e-mail address", r"[a-z0-9._%+-](?:@|%40)[a-z0-9]"),
    _Shape("email", r"\b([a-z0-9][a-z0-9._+-]{0,40}(?: dot [a-z0-9]{1,20}){0,2} ?[\[({ ]at[\])} ] ?[a-z0-9-]{1,40} ?[\[({ ]dot[\])} ] ?[a-z]{2,10})\b", None, 0.5, "An e-mail address", r"[\[({ ]at[\])} ] ?[a-z0-9-]{1,40} ?[\[({ ]dot[\])} ]"),
)  # fmt: skip
_PATTERNS = PatternSet(
    [shape.expression for shape in _SHAPES], hints=[shape.hint for shape in _SHAPES], in_common=True
)
_SERVICE = tuple("noreply@ no-reply@ git@ support@ info@ admin@ root@ user@ you@ name@ test@".split())
_EXAMPLES = tuple(
    "@example.com @example.org @example.net @localhost .example @test.com @email.com @domain.com".split()
)


# What a person's record holds. A mail address with a phone number is a signature, with a place that of a firm.
_DESCRIBES = frozenset({
    "personal_data.phone", "personal_data.address", "personal_data.date_of_birth", "personal_data.email", "personal_data.bank_account",
    "personal_data.passport",
})  # fmt: skip
_NEXT = 40  # bytes of an IBAN that begins right behind another
_NEAR = 300  # characters between two data of one record
_RECORD = Kind(
    Family.PERSONAL_DATA,
    "person_record",
    Level.MEDIUM,
    0.88,
    Evidence.STRUCTURE,
    "Several data about one person",
)


class PersonalDetails:
    """Looks at everything but the harness; in code an e-mail address is an author's, so it weighs little."""

    contexts = frozenset({Context.USER_PROMPT, Context.TOOL_RESULT, Context.TOOL_ARGUMENT, Context.ANSWER})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the personal data of a passage's text."""
        view = normal.views[0]
        met = _PATTERNS.among(view.met)
        if not met:
            return []
        taken: list[tuple[int, int]] = []  # in their order
        found: list[Finding] = []
        data = view.data
        for index in met:
            shape = _SHAPES[index]
            holds = shape.check or partial(_holds, shape)
            for start, end, text in _places(shape, index, data):
                if len(found) >= MOST:
                    break
                at = bisect(taken, (start, end))
                if (at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end):
                    continue
                if holds(text):
                    taken.insert(at, (start, end))
                    found.append(_found(shape, passage, view, start, end))
        if len(found) >= _MANY and not _are_authors(found, data, taken):
            return _listed(found, passage, view, taken)
        return [*found, *_recorded(found, passage, view)]

    def warm(self) -> None:
        """Build the patterns that are looked for in common."""
        COMMON.warm()


def _places(shape: _Shape, index: int, data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield where a shape stands, as bytes, and what stands there."""
    for start, end in _PATTERNS.spans(index, data):
        text = data[start:end].decode("utf-8", "replace")
        if shape.name == "iban":
            text = checksums.up_to_its_length(text)
            last = start + len(text.encode())
            yield start, last, text
            if last < end:  # the beginning of another may have been taken for more of it
                rest = data[last : end + _NEXT]
                yield from ((last + a, last + b, one) for a, b, one in _places(shape, index, rest))
        else:
            yield start, end, text


def _are_authors(found: list[Finding], data: bytes, places: list[tuple[int, int]]) -> bool:
    """Return whether all are e-mail addresses in angle brackets, behind names: authors of code, readers of a mail."""
    return all(one.kind == "personal_data.email" for one in found) and all(
        data[start - 1 : start] == b"<" and data[end : end + 1] == b">" for start, end in places
    )


def _holds(shape: _Shape, text: str) -> bool:
    """Return whether a datum that has no checksum is one."""
    small = text.lower()
    if shape.name == "email":
        return not small.startswith(_SERVICE) and not small.endswith(_EXAMPLES)
    return shape.name != "phone" or _is_phone(text)


def _is_phone(text: str) -> bool:
    """Return whether it is no address of a machine, no date, no round or counted number."""
    digits = checksums.digits(text)
    parts = text.replace("/", ".").replace("-", ".").split(".")
    numbers = [len(part) for part in parts if part.strip().isdigit()]
    if len(numbers) == len(parts) and (len(parts) == 4 and text.count(".") == 3):
        return False
    if len(parts) >= 3 and numbers[:3] in ([4, 2, 2], [4, 1, 1], [4, 1, 2], [4, 2, 1]):
        return False  # a date
    same = any(digit * 6 in digits for digit in "0123456789")
    return 7 <= len(digits) <= 20 and not same


def _found(shape: _Shape, passage: Passage, view: View, start: int, end: int) -> Finding:
    checked = shape.check is not None
    kind = Kind(
        Family.PERSONAL_DATA,
        shape.name,
        Level.MEDIUM if checked or shape.confidence >= _NUMBERS else Level.LOW,
        shape.confidence,
        Evidence.CHECKSUM
        if checked
        else Evidence.STRUCTURE
        if shape.name == "home_address"
        else Evidence.RULE,
        shape.why,
    )
    return kind.found(passage, view, *view.characters(start, end))


def _listed(
    found: list[Finding], passage: Passage, view: View, places: list[tuple[int, int]]
) -> list[Finding]:
    """Add that these are many, which weighs more than each. A list of e-mail addresses alone is in many files."""
    kind = Kind(
        Family.PERSONAL_DATA,
        "list_of_people",
        Level.HIGH if any(finding.kind != "personal_data.email" for finding in found) else Level.MEDIUM,
        0.9,
        Evidence.RULE,
        f"{len(found)} personal data in one text",
    )
    return [*found, kind.found(passage, view, *view.characters(*min(places)))]


def _recorded(found: list[Finding], passage: Passage, view: View) -> Iterator[Finding]:
    """Yield that several data which describe one person stand together.

    A birthday with another of them is a record anywhere; a postal address only in what a person sends away.
    """
    data = sorted((one for one in found if one.kind in _DESCRIBES), key=lambda one: one.start)
    for one, other in pairwise(data):
        kinds = {one.kind, other.kind}
        tells = "personal_data.date_of_birth" in kinds or (
            "personal_data.address" in kinds and passage.context is Context.USER_PROMPT
        )
        if len(kinds) == 2 and tells and other.start - one.end <= _NEAR:
            yield _RECORD.found(passage, view, one.start, other.end)
            return
