"""The invented household: whom it knows, and what was written in the last days.

The numbers are of the range that the French regulator keeps for films (06 39 98 …).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ADMIN = "Camille"
#: A second account, who sees the first phone only.
MEMBER = "Léa"
#: Somebody with an open invitation.
INVITED = "Hugo"
PHONE = "Maison"
#: A phone that reaches nobody, so that there are two to choose from.
CLUB = "Club de hand"
CLUB_NUMBER = "06 39 98 20 40"

PEOPLE = {
    "Mamie Jeanne": "06 39 98 20 11",
    "Papa": "06 39 98 20 12",
    "Léa": "06 39 98 20 13",
    "Yanis": "06 39 98 20 14",
    "Éloïse Le Goff": "06 39 98 20 15",
    "Docteur Nguyễn": "06 39 98 20 16",
    "Plombier Ferreira": "06 39 98 20 17",
    "Maîtresse de Hugo": "06 39 98 20 18",
    "Aïcha (voisine)": "06 39 98 20 19",
    "Nora (gardienne U13)": "06 39 98 20 20",
    "Tom O’Brien": "06 39 98 20 21",
    "Bibliothèque": "06 39 98 20 22",
    "Oncle Raphaël": "06 39 98 20 23",
}

#: What is known of some of them besides their numbers.
DATA = {
    "Mamie Jeanne": {"prenom": "Jeanne", "naissance": "1948-05-17"},
    "Papa": {"prenom": "Marc", "naissance": "1977-01-30"},
    "Léa": {"prenom": "Léa", "naissance": "2009-09-02", "equipe": "U18"},
    "Yanis": {"prenom": "Yanis", "naissance": "2013-03-08", "equipe": "U13"},
    "Éloïse Le Goff": {"prenom": "Éloïse", "equipe": "U18"},
    "Nora (gardienne U13)": {"prenom": "Nora", "naissance": "2013-11-21", "equipe": "U13"},
    "Tom O’Brien": {"prenom": "Tom", "equipe": "U13"},
}
#: Who has a birthday on whatever day it is, so that the group of birthdays has somebody in it.
BIRTHDAY = "Léa"
GROUPS = {
    "La famille": ("Mamie Jeanne", "Papa", "Léa", "Oncle Raphaël"),
    "Voisins": ("Aïcha (voisine)", "Plombier Ferreira"),
}
#: Groups of all those for whom a rule is true.
RULES = {
    "Anniversaires du jour": "exists(contact.naissance) && is_birthday(date(contact.naissance))",
    "Équipe U13": 'exists(contact.equipe) && contact.equipe == "U13"',
}
TEXTS = {
    "Joyeux anniversaire": "Joyeux anniversaire, {{ contact.prenom }} !",
    "Rappel d’entraînement": (
        "Bonjour {{ contact.prenom }}, entraînement des {{ contact.equipe }} demain à 18 h."
    ),
}
#: Who wants no campaigns any more, and why.
OPTED_OUT = ("Oncle Raphaël", "Dit au téléphone : plus de rappels.")


@dataclass(frozen=True)
class Line:
    """One SMS of the past. ``days`` ago at ``hour``; of today, ``hour`` is minutes ago.

    ``failure`` is OVH's PTT code where the network could not deliver it.
    """

    who: str
    days: int
    hour: str
    text: str
    received: bool = False
    failure: int | None = None

    def at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The instant, on the household's clock."""
        if not self.days:
            return now - timedelta(minutes=int(self.hour))
        day = now.astimezone(zone).date() - timedelta(days=self.days)
        return datetime.combine(day, time.fromisoformat(self.hour), zone)


@dataclass(frozen=True)
class Talk:
    """A conversation of ``phone``, oldest line first, and what the administrator made of it."""

    lines: tuple[Line, ...]
    read: bool = field(default=True)
    phone: str = PHONE
    muted: bool = False
    archived: bool = False
    draft: str = ""

    @property
    def who(self) -> str:
        return self.lines[0].who


def _received(who: str, days: int, hour: str, text: str) -> Line:
    return Line(who, days, hour, text, received=True)


TALKS = (
    Talk(
        (
            Line("Mamie Jeanne", 6, "10:05", "Bonjour Mamie ! On vient dimanche midi, ça te va ?"),
            _received("Mamie Jeanne", 6, "10:41", "Oh oui mes chéris. Je ferai le gratin."),
            Line("Mamie Jeanne", 3, "09:58", "On part. Arrivée vers midi et quart."),
            _received("Mamie Jeanne", 3, "10:02", "Soyez prudents. Bisous"),
            _received("Mamie Jeanne", 0, "52", "Hugo a oublié son doudou. Je le garde au chaud !"),
        ),
        read=False,
    ),
    Talk(
        (
            Line("Léa", 9, "07:40", "Tu as pris ta carte de bus ?"),
            _received("Léa", 9, "07:42", "Ouiii"),
            _received("Léa", 8, "12:15", "On finit à 15 h, la prof d'anglais est absente"),
            Line(
                "Léa", 8, "12:20", "Ok. Tu peux passer prendre du pain ? Il y a 5 € dans l'entrée"
            ),
            _received("Léa", 8, "16:02", "Fait 🥖"),
            Line("Léa", 8, "16:03", "Tu es la meilleure"),
            _received("Léa", 5, "18:47", "Je dors chez Inès ce soir ? Sa mère est d'accord"),
            Line("Léa", 5, "18:55", "D'accord, mais au lit à 22 h. Et tu m'écris demain matin."),
            _received("Léa", 4, "09:31", "Bien dormi, on fait des crêpes"),
            Line(
                "Léa",
                4,
                "09:40",
                "Miam. La recette de Mamie est là : https://recettes.example/crepes-bretonnes."
                " Rentre pour midi.",
            ),
            _received("Léa", 2, "17:31", "Le bus a du retard, je rentre vers 18 h 15"),
            Line("Léa", 2, "17:33", "D'accord. La clé est chez Aïcha."),
            _received("Léa", 2, "18:12", "Rentrée 👍"),
            _received("Léa", 0, "21", "L'entraînement finit plus tôt"),
            _received("Léa", 0, "18", "Tu peux venir me chercher au hand à 19 h ? 🙏"),
        ),
        read=False,
        draft="J'arrive, je pars dans",
    ),
    Talk(
        (
            Line(
                "Plombier Ferreira",
                4,
                "08:20",
                "Bonjour, le chauffe-eau fuit de nouveau. Pouvez-vous passer cette semaine ?",
            ),
            _received("Plombier Ferreira", 4, "12:47", "Bonjour, jeudi entre 14 h et 16 h ?"),
            Line("Plombier Ferreira", 4, "12:52", "Parfait, merci. Le code est le 2580."),
            _received("Plombier Ferreira", 1, "15:40", "C'est réparé. Facture par courrier."),
        )
    ),
    Talk(
        (
            _received("Aïcha (voisine)", 5, "19:02", "Un colis pour vous chez moi 📦"),
            Line("Aïcha (voisine)", 5, "19:20", "Merci beaucoup ! Je passe dans dix minutes."),
        )
    ),
    Talk(
        (
            _received("Docteur Nguyễn", 7, "09:00", "Rappel : rendez-vous demain à 16 h 30."),
            Line("Docteur Nguyễn", 7, "09:14", "Bien noté, merci."),
        )
    ),
    Talk(
        (
            Line("Yanis", 1, "20:05", "Foot samedi 10 h au stade, tu viens ?"),
            _received("Yanis", 1, "20:30", "Grave ! Je ramène le ballon ⚽"),
            Line("Yanis", 1, "20:31", "Super, à samedi."),
        )
    ),
    Talk((Line("Oncle Raphaël", 1, "18:22", "Tu es bien rentré ? Appelle-nous !", failure=24),)),
    Talk(
        (
            Line("Maîtresse de Hugo", 2, "07:48", "Bonjour, Hugo a de la fièvre, il reste ici."),
            _received("Maîtresse de Hugo", 2, "08:05", "Merci de m'avoir prévenue. Qu'il guérisse"),
        )
    ),
    Talk((_received("Bibliothèque", 1, "11:00", "Le livre réservé par Léa vous attend."),), False),
    Talk(
        (
            _received("Tom O’Brien", 12, "21:10", "Thanks for the weekend! The kids had a blast."),
            Line("Tom O’Brien", 12, "21:30", "So did we. See you in spring!"),
        ),
        archived=True,
    ),
    Talk(
        (
            Line(
                "Nora (gardienne U13)",
                3,
                "18:00",
                "Bonjour, match samedi à 14 h à Rennes. Rendez-vous au gymnase à 12 h 30.",
            ),
            _received("Nora (gardienne U13)", 3, "18:22", "Présente ! Je peux emmener 2 joueuses."),
            Line("Nora (gardienne U13)", 3, "18:25", "Merci Nora, c'est noté."),
        ),
        phone=CLUB,
        muted=True,
    ),
)

#: Written for tomorrow at nine.
TOMORROW = ("Papa", "Joyeux anniversaire Papa ! 🎂 On t'appelle ce soir.")


@dataclass(frozen=True)
class Mailing:
    """A text to several people; ``failures`` has the PTT code of those whom it did not reach."""

    name: str
    tag: str
    days: int
    hour: str
    text: str
    who: tuple[str, ...]
    failures: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        for who in self.who:
            yield Line(who, self.days, self.hour, self.text, failure=self.failures.get(who))


#: Older than what was last written with each of them.
MAILINGS = (
    Mailing(
        "Kermesse de l’école",
        "école",
        27,
        "18:00",
        "La kermesse est samedi à 14 h dans la cour. Qui apporte un gâteau ?",
        ("Mamie Jeanne", "Papa", "Léa", "Maîtresse de Hugo", "Aïcha (voisine)", "Yanis"),
    ),
    Mailing(
        "Coupure d’eau",
        "voisins",
        15,
        "08:30",
        "L’eau est coupée mardi de 9 h à 12 h dans toute la rue.",
        ("Aïcha (voisine)", "Plombier Ferreira", "Docteur Nguyễn", "Yanis"),
        {"Yanis": 24},
    ),
)


@dataclass(frozen=True)
class Draft:
    """What is written to the people of some groups."""

    name: str
    tag: str
    text: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What goes again and again; ``repeat`` has the fields of the form of repetition."""

    draft: Draft
    repeat: Mapping[str, Any]


PLANS = (
    Plan(
        Draft("Rappel d’entraînement", "hand", TEXTS["Rappel d’entraînement"], ("Équipe U13",)),
        {"kind": "week", "at": "18:00", "weekdays": ["1", "3"]},
    ),
    Plan(
        Draft("Anniversaires", "", TEXTS["Joyeux anniversaire"], ("La famille",)),
        {"kind": "birthdays", "at": "09:00", "key": "naissance"},
    ),
)
#: Not confirmed yet.
BEGUN = Draft(
    "Fête des voisins",
    "voisins",
    "Apéritif vendredi à 19 h dans la cour, chacun apporte quelque chose. Vous venez ?",
    ("Voisins",),
)
