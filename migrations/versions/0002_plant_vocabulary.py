"""Plant the words organisations and people are sorted by: neighbourhoods, themes, kinds, target groups and roles.

Why: a fresh installation is usable at once, and the import knows how people here really spell. They are rows from the
first day on, so staff changes them without a developer; going down removes only words that nothing uses, and
going up again keeps those it finds.
Aliases are folded (lower case, no accents, no punctuation). A word's own name needs none. One alias may stand for two
words: BoTu is Bospolder and Tussendijken. "Delfshaven" alone has none on purpose: it may be the neighbourhood or the
whole area, and only a person knows which. Neighbourhoods and codes: decision 0030.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BOTU = ["botu", "bospolder tussendijken", "bospolder en tussendijken", "botu2028", "wijkraad botu"]

# slug, name, CBS code, postcodes that suggest it, aliases
PLACES: list[tuple[str, str, str, str, list[str]]] = [
    ("bospolder", "Bospolder", "BU05990321", "3025", _BOTU),
    ("tussendijken", "Tussendijken", "BU05990322", "3026", [*_BOTU, "tussen dijken", "tussenijken"]),
    ("spangen", "Spangen", "BU05990323", "3027", []),
    (
        "nieuwe-westen",
        "Nieuwe Westen",
        "BU05990324",
        "3022 3023",
        ["het nieuwe westen", "nw westen", "nw", "nieuwewesten"],
    ),
    ("middelland", "Middelland", "BU05990325", "3021", ["midelland"]),
    (
        "oud-mathenesse",
        "Oud-Mathenesse",
        "BU05990327",
        "3028",
        ["oudmathenesse", "oud mathenese", "om en hwd", "omhwd"],
    ),
    (
        "witte-dorp",
        "Witte Dorp",
        "BU05990328",
        "",
        ["het witte dorp", "t witte dorp", "wittedorp", "om en hwd", "omhwd"],
    ),
    (
        "schiemond",
        "Schiemond",
        "BU05990329",
        "3024 3029",
        ["lloydkwartier", "lloyd", "schiehaven", "mullerpier"],
    ),
    (
        "nieuw-mathenesse",
        "Nieuw-Mathenesse (M4H)",
        "WK059919",
        "3029",
        ["nieuw mathenesse", "m4h", "merwe vierhavens", "keilekwartier", "keilewerf", "merwehaven"],
    ),
    (
        "delfshaven-buurt",
        "Delfshaven (buurt)",
        "BU05990320",
        "3024",
        ["historisch delfshaven", "oud delfshaven", "coolhaven", "schoonderloo"],
    ),
    (
        "heel-delfshaven",
        "Heel Delfshaven",
        "",
        "",
        ["heel dh", "gebied delfshaven", "delfshaven heel", "delfshaven breed", "alle wijken", "hele wijk"],
    ),
    (
        "buiten-delfshaven",
        "Buiten Delfshaven",
        "",
        "",
        ["rotterdam", "rotterdam breed", "heel rotterdam", "buiten", "stad", "stedelijk"],
    ),
    ("onbekend", "Onbekend", "", "", ["weet niet", "wijk onbekend"]),
]
COVERS_ALL = {"heel-delfshaven"}
NOT_INSIDE = {"buiten-delfshaven", "onbekend"}

# slug, name, aliases
WORDS: dict[str, list[tuple[str, str, list[str]]]] = {
    "theme": [
        (
            "welzijn",
            "Welzijn en ontmoeting",
            ["ontmoeting", "ontmoeten", "ontmoetingsplaats", "welzijnswerk", "buurtwerk", "sociaal", "buurthuis"],
        ),
        (
            "groen",
            "Groen en duurzaamheid",
            [
                "groene",
                "groenvoorziening",
                "natuur",
                "duurzaamheid",
                "duurzaam",
                "milieu",
                "tuin",
                "tuinen",
                "moestuin",
            ],
        ),
        ("gezondheid", "Gezondheid en zorg", ["zorg", "gezondheidszorg", "gezond", "mantelzorg"]),
        (
            "onderwijs",
            "Onderwijs en taal",
            ["taal", "taalles", "educatie", "scholing", "leren", "school", "nederlandse les"],
        ),
        (
            "kunst-cultuur",
            "Kunst en cultuur",
            ["kunst", "cultuur", "kc", "k en c", "k c", "creatief", "muziek", "kunst cultuur"],
        ),
        ("sport", "Sport en bewegen", ["bewegen", "beweging", "sport en spel", "sportief", "voetbal"]),
        ("jeugd", "Jeugd en gezin", ["jongeren", "jongerenwerk", "kinderen", "gezin", "gezinnen", "opvoeding"]),
        ("armoede", "Armoede en schulden", ["schulden", "schuldhulp", "geldzorgen", "armoedebestrijding"]),
        ("ondernemen", "Ondernemen en werk", ["werk", "ondernemers", "ondernemerschap", "economie", "winkeliers"]),
        ("wonen", "Wonen en energie", ["energie", "woning", "huisvesting", "energietransitie", "wonen energie"]),
    ],
    "organisation_kind": [
        ("bewonersinitiatief", "Bewonersinitiatief", ["bewonersgroep", "bewoners", "initiatief", "buurtinitiatief"]),
        ("stichting", "Stichting", ["stg", "sticht", "stichtingen"]),
        ("vereniging", "Vereniging", ["ver", "club", "wijkvereniging", "wijkverenigingen", "sportvereniging"]),
        ("sociale-onderneming", "Sociale onderneming", ["soc onderneming", "onderneming", "bv", "cooperatie"]),
        (
            "religieuze-organisatie",
            "Religieuze organisatie",
            ["religieus", "kerk", "moskee", "gebedshuis", "tempel"],
        ),
        ("school", "School of opvang", ["basisschool", "opvang", "kinderopvang", "school en opvang", "onderwijs"]),
        ("zorgaanbieder", "Zorgaanbieder", ["zorg", "zorginstelling", "huisarts", "welzijnsorganisatie"]),
        ("corporatie", "Woningcorporatie", ["woningbouw", "woningbouwvereniging", "wooncorporatie"]),
        ("overheid", "Overheid of wijkraad", ["gemeente", "wijkraad", "overheid wijkraad"]),
        ("fonds", "Fonds", ["fondsen", "subsidiegever"]),
        ("overig", "Overig", ["overige", "anders", "divers"]),
    ],
    "target_group": [
        ("kinderen", "Kinderen", ["kind", "kids", "peuters", "kleuters"]),
        ("jongeren", "Jongeren", ["jeugd", "tieners", "jongvolwassenen"]),
        ("volwassenen", "Volwassenen", ["volwassen", "ouders", "mannen"]),
        ("ouderen", "Ouderen", ["senioren", "55", "65", "ouderen 55"]),
        ("vrouwen", "Vrouwen", ["vrouw", "moeders", "meiden"]),
        ("nieuwkomers", "Nieuwkomers", ["statushouders", "vluchtelingen", "anderstaligen"]),
        (
            "mensen-met-een-beperking",
            "Mensen met een beperking",
            ["beperking", "gehandicapten", "mensen met beperking"],
        ),
        ("iedereen", "Iedereen", ["alle", "allen", "alle leeftijden", "buurtbewoners", "jong en oud"]),
    ],
    "role_kind": [
        ("coordinator", "Coördinator", ["coord", "projectleider", "trekker", "kartrekker", "beheerder"]),
        (
            "bestuur",
            "Bestuur",
            ["bestuurslid", "voorzitter", "vz", "secretaris", "penningmeester", "directeur"],
        ),
        ("vrijwilliger", "Vrijwilliger", ["vrijw", "vrijwilligster", "vrijwilligers"]),
        ("beroepskracht", "Beroepskracht", ["medewerker", "professional", "docent", "opbouwwerker"]),
        ("wijkraadslid", "Wijkraadslid", ["wijkraad", "lid wijkraad"]),
        ("ambtenaar", "Ambtenaar", ["gemeente", "wijkmanager", "beleidsmedewerker"]),
        ("contactpersoon", "Contactpersoon", ["contact", "aanspreekpunt", "cp"]),
    ],
}

# table of words → (table of aliases, its column that points at the word)
ALIASES = {
    "neighbourhood": ("neighbourhood_alias", "neighbourhood_id"),
    "theme": ("theme_alias", "theme_id"),
    "organisation_kind": ("organisation_kind_alias", "kind_id"),
    "target_group": ("target_group_alias", "target_group_id"),
    "role_kind": ("role_kind_alias", "role_kind_id"),
}

# Tables whose rows point at a word, so that going down leaves a word that is in use. Going all the way down drops
# the tables themselves right after this.
USES = {
    "neighbourhood": [
        ("organisation", "seat_id"),
        ("organisation_service_area", "neighbourhood_id"),
        ("person", "neighbourhood_id"),
        ("preferred_neighbourhood", "neighbourhood_id"),
        ("event_neighbourhood", "neighbourhood_id"),
        ("mailing_neighbourhood", "neighbourhood_id"),
    ],
    "theme": [
        ("organisation_theme", "theme_id"),
        ("person_theme", "theme_id"),
        ("preferred_theme", "theme_id"),
        ("event_theme", "theme_id"),
        ("mailing_theme", "theme_id"),
    ],
    "organisation_kind": [("organisation", "kind_id")],
    "target_group": [("organisation_target_group", "target_group_id")],
    "role_kind": [("role", "kind_id")],
}


def upgrade() -> None:
    places = [
        {
            "slug": slug,
            "name": name,
            "position": position,
            "cbs_code": code,
            "postcodes": postcodes,
            "covers_all": slug in COVERS_ALL,
            "is_inside": slug not in NOT_INSIDE,
        }
        for position, (slug, name, code, postcodes, _aliases) in enumerate(PLACES, start=1)
    ]
    _plant("neighbourhood", places, {slug: aliases for slug, _name, _code, _postcodes, aliases in PLACES})
    for table, words in WORDS.items():
        rows = [{"slug": slug, "name": name, "position": n} for n, (slug, name, _aliases) in enumerate(words, start=1)]
        _plant(table, rows, {slug: aliases for slug, _name, aliases in words})


def downgrade() -> None:
    planted = {"neighbourhood": [place[0] for place in PLACES]}
    planted |= {table: [word[0] for word in words] for table, words in WORDS.items()}
    for table, slugs in planted.items():
        _uproot(table, slugs)


def _plant(table: str, rows: list[dict[str, Any]], aliases: dict[str, list[str]]) -> None:
    columns = {"slug": sa.String, "name": sa.String, "position": sa.Integer}
    if table == "neighbourhood":
        columns |= {"cbs_code": sa.String, "postcodes": sa.String, "covers_all": sa.Boolean, "is_inside": sa.Boolean}
    words = sa.table(table, sa.column("id", sa.Integer), *(sa.column(name, kind) for name, kind in columns.items()))
    connection = op.get_bind()
    kept = set(connection.scalars(sa.select(words.c.slug)))
    op.bulk_insert(words, [row for row in rows if row["slug"] not in kept])
    ids = {row.slug: row.id for row in connection.execute(sa.select(words.c.slug, words.c.id))}
    alias_table, pointer = ALIASES[table]
    spellings = sa.table(alias_table, sa.column("alias", sa.String), sa.column(pointer, sa.Integer))
    new_aliases = {slug: listed for slug, listed in aliases.items() if slug not in kept}
    op.bulk_insert(
        spellings, [{"alias": alias, pointer: ids[slug]} for slug, listed in new_aliases.items() for alias in listed]
    )


def _uproot(table: str, slugs: list[str]) -> None:
    words = sa.table(table, sa.column("id", sa.Integer), sa.column("slug", sa.String))
    unused = words.c.slug.in_(slugs)
    for user, column in USES[table]:
        pointing = sa.table(user, sa.column(column, sa.Integer))
        unused &= ~sa.exists().where(pointing.c[column] == words.c.id)
    alias_table, pointer = ALIASES[table]
    spellings = sa.table(alias_table, sa.column(pointer, sa.Integer))
    op.execute(sa.delete(spellings).where(spellings.c[pointer].in_(sa.select(words.c.id).where(unused))))
    op.execute(sa.delete(words).where(unused))
