"""Numbers and addresses that name a person; numbers that name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.finding import Context, Level
from gateway_desktop.inspection.detectors.personal_details import PersonalDetails
from tests.unit.inspection.found import found

PEOPLE = PersonalDetails()


def kinds(text: str) -> set[str]:
    return {finding.kind.rpartition(".")[2] for finding in found(PEOPLE, text, context=Context.USER_PROMPT)}


def test_of_accounts_beside_each_other_each_is_found() -> None:
    text = "BE68539007547034 GB29NWBK60161331926819 BE68 5390 0754 7034 NL91 ABNA 0417 1643 00"
    seen = sorted(
        (one for one in found(PEOPLE, text, context=Context.USER_PROMPT)), key=lambda one: one.start
    )
    assert [text[one.start : one.start + 4] for one in seen] == ["BE68", "GB29", "BE68", "NL91"]
    assert seen[1].end == text.index(" BE68 5390")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("refund card 4111 1111 1111 1111 please", "card_number"),
        ("card 378282246310005", "card_number"),
        ("4111.1111.1111.1111", "card_number"),
        ("DE89-3704-0044-0532-0130-00", "iban"),
        ("Sozialversicherungsnummer 65 170839 J 003", "german_pension"),
        ("паспорт 4510 855088", "russian_passport"),
        ("meine steuerliche Identifikationsnummer: 86 095 742 719", "german_tax_id"),
        ("Ruf mich an: 0171 2345678", "phone"),
        ("ITIN 912-78-1234", "us_itin"),
        ("licence MORGA657054SM9IJ", "uk_driving_licence"),
        ("SVNR 1237 010180", "austrian_svnr"),
        ("ΑΦΜ 094259216", "greek_afm"),
        ("ЕГН 7523169263", "bulgarian_egn"),
        ("HKID A123456(3)", "hong_kong_id"),
        ("身分證字號 A123456789", "taiwanese_id"),
        ("RFC GODE561231GR8", "mexican_rfc"),
        ("Personalausweis L01X00T471", "german_identity_card"),
        ("rodné číslo 780123/3540", "identity_number"),
        ("マイナンバー 1234 5678 9018", "identity_number"),
        ("cédula 1.020.345.678", "identity_number"),
        ("手机号 13812345678", "phone"),
        ("0049 89 1234567", "phone"),
        ("jane dot doe at gmail dot com", "email"),
        ("mailto:karl.meier%40web.example.de", "email"),
        ("fødselsnummer 01010750160", "norwegian_id"),
        ("СНИЛС 112-233-445 95", "russian_snils"),
        ("rijksregisternummer 85.07.30-033.28", "belgian_id"),
        ("NIF 123 456 789", "portuguese_nif"),
        ("CUIT 20-12345678-6", "argentine_cuit"),
        ("CNP 1800101221144", "romanian_id"),
        ("South African ID 8001015009087", "identity_number"),
        ("CURP HEGG560427MVZRRL04", "mexican_curp"),
        ("PAN number ABCPE1234F", "indian_pan"),
        ("CPR-nr 010180-1234", "danish_cpr"),
        ("wire it to GB82 WEST 1234 5698 7654 32", "iban"),
        ("IBAN DE89370400440532013000.", "iban"),
        ("her SSN is 536-22-8741", "us_ssn"),
        ("DNI 12345678Z", "spanish_id"),
        ("CPF 529.982.247-25", "brazilian_cpf"),
        ("Aadhaar 2341 2341 2346", "aadhaar"),
        ("AADHAAR of the applicant: 2341-2341-2346", "aadhaar"),
        ("आधार संख्या 234123412346", "aadhaar"),
        ("2341 2341 2346 (Aadhaar)", "aadhaar"),
        ("card number 4222222222222", "card_number"),
        ("1 85 05 78 006 084 91", "french_nir"),
        ("BSN: 111222333", "dutch_bsn"),
        ("PESEL 44051401359", "polish_pesel"),
        ("TC kimlik no: 10000000146", "turkish_id"),
        ("NHS number 943 476 5919", "nhs_number"),
        ("Steuer-ID 86 095 742 719", "german_tax_id"),
        ("CNPJ 11.222.333/0001-81", "brazilian_cnpj"),
        ("身份证号 11010519491231002X", "chinese_id"),
        ("AHV 756.9217.0769.85", "swiss_ahv"),
        ("personnummer 811228-9874", "swedish_id"),
        ("RUT 12.345.678-5", "chilean_rut"),
        ("ИНН 500100732259", "russian_inn"),
        ("주민등록번호 900101-1234568", "korean_id"),
        ("TFN 123 456 782", "australian_tfn"),
        ("SIN 130 692 544", "canadian_sin"),
        ("NRIC S1234567D", "singapore_nric"),
        ("131052-308T", "finnish_id"),
        ("Reisepass C01X00T47", "passport"),
        ("NI number AB 12 34 56 C", "uk_nino"),
        ("codice RSSMRA85T10A562S", "italian_fiscal_code"),
        ("born 1985-02-22", "date_of_birth"),
        ("Date of birth: 3rd of April 1979", "date_of_birth"),
        ("geboren am 3. April 1979", "date_of_birth"),
        ("née le 14 juillet 1988", "date_of_birth"),
        (
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "passport",
        ),
        (
            "IDD<<T220001293<<<<<<<<<<<<<<<\n6408125<2010315D<<<<<<<<<<<<<4\nMUSTERMANN<<ERIKA<<<<<<<<<<<<<",
            "identity_card",
        ),
        ("NPI 1234567893", "health_provider"),
        ("DEA number AB1234563", "health_provider"),
        ("MBI 1EG4-TE5-MK73", "health_insurance"),
        ("MRN: 00482913", "patient"),
        ("I live at 221B Baker Street, London NW1 6XE", "home_address"),
        ("Ich wohne in der Lindenstraße 14, 50674 Köln", "home_address"),
        ("Vivo en: Calle Mayor 25, 3º B, 28013 Madrid", "home_address"),
        ("an: Lindenstraße 14, 50674 Köln", "address"),
        ("à: 16 rue de la Paix, 75002 Paris", "address"),
        ("Via Garibaldi 12, 20121 Milano", "address"),
        ("Prinsengracht 263, 1016 GV Amsterdam", "address"),
        ("call me on 07911 123456", "phone"),
        ("llámame al 612 34 56 78", "phone"),
        ("call +49 30 901820 tomorrow", "phone"),
        ("or (736)555-9319x947", "phone"),
        ("write to ana.b@firma.de", "email"),
        ("lives at 96 Hill Curve, Nelsonchester, UT 05435.", "home_address"),
        ("ship to: 96 Hill Curve, Nelsonchester, UT 05435.", "address"),
        ("Ana Berg, born 1985-02-22, tel +49 30 901820", "person_record"),
        ("phone +49 30 901820, address 96 Hill Curve, Nelsonchester, UT 05435", "person_record"),
    ],
)
def test_personal_data_are_found(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize("after", [" Nowak", " por favor", " is mine", ", thanks", "", " und 12 34"])
@pytest.mark.parametrize(
    "iban", ["PL74109010140000071931144874", "BE60 5100 0754 7000", "ES58 2100 0418 4502 0005 1344"]
)
def test_an_iban_ends_where_its_country_says(iban: str, after: str) -> None:
    (one,) = found(PEOPLE, f"to {iban}{after}")
    assert (one.kind, one.start, one.end) == ("personal_data.iban", 3, 3 + len(iban))


@pytest.mark.parametrize(
    "text",
    [
        "installation ba37aa66-6a17-4d8e-9f1f-351d8aee7a21",
        "TC kimlik no: 10000000147",
        "fødselsnummer 01010750161",
        "СНИЛС 112-233-445 96",
        "version 85.07.30-033.29",
        "NIF 123 456 780",
        "L898902C36UTO7408123F1204159ZE184226B<<<<<10",
        "NPI 1234567890",
        "DEA number AB1234564",
        "born to run, 12 songs of 1975",
        "Unterwegs 14, 50674 Bytes",
        "CUIT 20-12345678-7",
        "CNP 1800101221145",
        "id number 8001015009088",
        "pan ABCDE fried",
        "NHS number 943 476 5918",
        "Steuer-ID 86 095 742 718",
        "CNPJ 11.222.333/0001-82",
        "身份证号 110105194912310021",
        "AHV 756.9217.0769.84",
        "personnummer 811228-9875",
        "RUT 12.345.678-6",
        "ИНН 500100732258",
        "900101-1234567",
        "TFN 123 456 783",
        "SIN 130 692 545",
        "NRIC S1234567E",
        "131052-308U",
        "commit 8babd6f75e605848d34c8fef353c14b64b502e6a", "uuid fe12574e-6aa5-44d9-9cae-21fd07ffb641", "192.168.1.100",
        "order 4111 1111 1111 1112", "2026-01-31T09:30:00Z", "version 1.2.3.4", "port 8080", "$1,234,567.89",
        "lines 100-200", "000-12-3456", "12345 67890 11111 22222", "noreply@firma.de", "you@example.com",
        "GB82 WEST 1234 5698 7654 33", "1700000000000", "ISBN 978-3-16-148410-0",
        "meter 2341 2341 2346 kWh", "tracking 5018 1234 5673", "article 4006381333932", "post 676754983190765562",
        "released at 2024-11-05", "call 2024/1/5", "+10000000", "at 10.20.30.40",
    ],
)  # fmt: skip
def test_numbers_that_name_nobody_are_left_alone(text: str) -> None:
    assert kinds(text) == set()


def test_many_in_one_text_weigh_more() -> None:
    text = "\n".join(f"p{n}.smith@firma{n}.de, born 1985-02-{n + 10}" for n in range(12))
    worst = max(found(PEOPLE, text, context=Context.TOOL_RESULT), key=lambda one: one.severity.rank)
    assert worst.kind == "personal_data.list_of_people"
    assert worst.severity is Level.HIGH


def test_a_list_of_addresses_alone_is_in_many_files() -> None:
    text = "\n".join(f"p{n}.smith@firma{n}.de" for n in range(12))
    assert all(one.severity is not Level.HIGH for one in found(PEOPLE, text, context=Context.TOOL_RESULT))


def test_authors_of_code_are_no_list_of_people() -> None:
    authors = ",\n".join(f'"Pat {n} Smith <p{n}.smith@firma{n}.de>"' for n in range(12))
    kinds_ = {one.kind for one in found(PEOPLE, authors, context=Context.TOOL_RESULT)}
    assert kinds_ == {"personal_data.email"}
    with_one_more = found(PEOPLE, authors + "\nq@firma.de", context=Context.TOOL_RESULT)
    assert "personal_data.list_of_people" in {one.kind for one in with_one_more}


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("Ana Berg, ana@firma.de, +49 30 901820", Context.USER_PROMPT),
        ("Visit us: 96 Hill Curve, Nelsonchester, UT 05435, tel +49 30 901820", Context.TOOL_RESULT),
        ("born 1985-02-22" + " and so on" * 60 + ", call +49 30 901820", Context.USER_PROMPT),
    ],
)
def test_a_signature_a_firm_and_what_stands_apart_are_no_record_of_a_person(
    text: str, context: Context
) -> None:
    assert "personal_data.person_record" not in {one.kind for one in found(PEOPLE, text, context=context)}


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    kinds(text)
