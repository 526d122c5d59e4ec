"""Seeds of crisis lines. The clinic has to check them: a seed has no `verified_on`, and the help page says so to admins.

Each row: country, name, phone, text message, for whom, emergency number or not. Sources and the rule of checking are in the
clinical specification, section 6.2; hard-coded lists go stale, so a clinic's check is stored beside each row.
"""

from homework.safety.models import CrisisResource

SEEDS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("US", "988 Suicide & Crisis Lifeline", "988", "988", False),
    ("US", "Emergency", "911", "", True),
    ("CA", "9-8-8 Suicide Crisis Helpline", "988", "988", False),
    ("CA", "Emergency", "911", "", True),
    ("GB", "Samaritans", "116 123", "", False),
    ("GB", "Shout", "", "SHOUT 85258", False),
    ("GB", "NHS 111, option 2", "111", "", False),
    ("GB", "Emergency", "999", "", True),
    ("IE", "Samaritans", "116 123", "", False),
    ("IE", "Text About It", "", "HELLO 50808", False),
    ("IE", "Emergency", "112", "", True),
    ("AU", "Lifeline", "13 11 14", "", False),
    ("AU", "Emergency", "000", "", True),
    ("NZ", "1737", "1737", "1737", False),
    ("NZ", "Emergency", "111", "", True),
    ("DE", "TelefonSeelsorge", "0800 111 0 111", "", False),
    ("DE", "Notruf", "112", "", True),
    ("AT", "TelefonSeelsorge", "142", "", False),
    ("AT", "Notruf", "112", "", True),
    ("CH", "Die Dargebotene Hand", "143", "", False),
    ("CH", "Notruf", "144", "", True),
    ("FR", "3114", "3114", "", False),
    ("FR", "Urgences", "15", "", True),
    ("ES", "Línea 024", "024", "", False),
    ("ES", "Emergencias", "112", "", True),
    ("IT", "Samaritans", "02 2327 2327", "", False),
    ("IT", "Emergenza", "112", "", True),
    ("NL", "113 Zelfmoordpreventie", "113", "", False),
    ("NL", "Alarmnummer", "112", "", True),
    ("BE", "Zelfmoordlijn", "1813", "", False),
    ("BE", "Centre de prévention du suicide", "0800 32 123", "", False),
    ("BE", "112", "112", "", True),
    ("PT", "SNS 24", "808 24 24 24", "", False),
    ("PT", "Emergência", "112", "", True),
    ("DK", "Livslinien", "70 201 201", "", False),
    ("DK", "Alarm", "112", "", True),
    ("NO", "Mental Helse", "116 123", "", False),
    ("NO", "Medisinsk nødtelefon", "113", "", True),
    ("SE", "Självmordslinjen", "90101", "", False),
    ("SE", "SOS Alarm", "112", "", True),
    ("FI", "Kriisipuhelin", "09 2525 0111", "", False),
    ("FI", "Hätänumero", "112", "", True),
    ("PL", "Telefon zaufania", "116 123", "", False),
    ("PL", "Numer alarmowy", "112", "", True),
    ("IN", "Tele-MANAS", "14416", "", False),
    ("IN", "Emergency", "112", "", True),
    ("ZA", "Suicide Crisis Line", "0800 567 567", "", False),
    ("ZA", "Emergency", "112", "", True),
    ("BR", "CVV", "188", "", False),
    ("BR", "SAMU", "192", "", True),
    ("JP", "よりそいホットライン", "0120-061-338", "", False),
    ("JP", "救急", "119", "", True),
)


def sync_seeds(*, using: str) -> None:
    """Add seeds that are not there yet; what a clinic has changed or checked stays. Runs as the owner of the table."""
    CrisisResource.objects.using(using).bulk_create(
        (
            CrisisResource(country=country, position=position, name=name, phone=phone, sms=sms, is_emergency=emergency)
            for position, (country, name, phone, sms, emergency) in enumerate(SEEDS)
        ),
        ignore_conflicts=True,
    )
