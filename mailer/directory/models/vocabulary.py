"""The words organisations and people are sorted by. All of them rows: staff adds a theme without a developer.

Each word has a slug (stable, in rules and files), a Dutch name, and aliases that the import recognises. Aliases are
stored folded (``wire.spelling.fold``): lower case, no accents, no punctuation.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.foundation.database import Base


class Word:
    """What every word of the vocabulary has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # Where it stands in lists; equal positions sort by name.
    position: Mapped[int] = mapped_column(default=0)


class WordAlias:
    """Another spelling of a word, folded. One alias may stand for two words: BoTu is Bospolder and Tussendijken."""

    alias: Mapped[str] = mapped_column(String(120), primary_key=True)


class Theme(Word, Base):
    """What an organisation is about."""

    __tablename__ = "theme"


class ThemeAlias(WordAlias, Base):
    """Another spelling of a theme."""

    __tablename__ = "theme_alias"

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[Theme] = relationship()


class Neighbourhood(Word, Base):
    """Where an organisation is or works: a *wijk* in daily speech, a CBS *buurt*."""

    __tablename__ = "neighbourhood"

    # CBS code, BU05990321; empty for values that are no place on the map.
    cbs_code: Mapped[str] = mapped_column(String(12), default="")
    # "Heel Delfshaven": whoever works here works in every neighbourhood that is inside.
    covers_all: Mapped[bool] = mapped_column(default=False)
    # False for "buiten Delfshaven" and "onbekend".
    is_inside: Mapped[bool] = mapped_column(default=True)
    # Four digits that suggest this neighbourhood, separated by spaces; only ever a suggestion.
    postcodes: Mapped[str] = mapped_column(String(60), default="")


class NeighbourhoodAlias(WordAlias, Base):
    """Another spelling of a neighbourhood."""

    __tablename__ = "neighbourhood_alias"

    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood: Mapped[Neighbourhood] = relationship()


class OrganisationKind(Word, Base):
    """What sort of party: residents' initiative, foundation, school …"""

    __tablename__ = "organisation_kind"


class OrganisationKindAlias(WordAlias, Base):
    """Another spelling of a kind: "stg"."""

    __tablename__ = "organisation_kind_alias"

    kind_id: Mapped[int] = mapped_column(ForeignKey("organisation_kind.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[OrganisationKind] = relationship()


class TargetGroup(Word, Base):
    """For whom an organisation works: children, elderly, everyone."""

    __tablename__ = "target_group"


class TargetGroupAlias(WordAlias, Base):
    """Another spelling of a target group."""

    __tablename__ = "target_group_alias"

    target_group_id: Mapped[int] = mapped_column(ForeignKey("target_group.id", ondelete="CASCADE"), primary_key=True)
    target_group: Mapped[TargetGroup] = relationship()


class RoleKind(Word, Base):
    """What somebody is in an organisation: coordinator, board member, volunteer."""

    __tablename__ = "role_kind"


class RoleKindAlias(WordAlias, Base):
    """Another spelling of a role."""

    __tablename__ = "role_kind_alias"

    role_kind_id: Mapped[int] = mapped_column(ForeignKey("role_kind.id", ondelete="CASCADE"), primary_key=True)
    role_kind: Mapped[RoleKind] = relationship()


class Network(Word, Base):
    """An alliance of organisations; the welfare coalition is one of them."""

    __tablename__ = "network"

    description: Mapped[str] = mapped_column(String(500), default="")
    # Never named in a letter's "why do I get this".
    is_internal: Mapped[bool] = mapped_column(default=False)
