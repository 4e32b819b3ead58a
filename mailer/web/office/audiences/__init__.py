"""Selections, and the audience builder that every screen uses which asks "who gets this?".

Another room puts the builder in its page like this (mailings do, in step 2):

    builder = Builder.from_audience(mailing.audience)      # GET
    builder = Builder.from_form(request.form)              # POST: a button of the builder was pressed (``do``)
    shown = show_audience(session, builder, now=now, purpose=purpose_of(mailing))
    render_template("…", builder=builder, shown=shown, …)

    {% from "office/audiences/builder.html" import audience_fields with context %}
    {% from "office/audiences/tally.html" import audience_tally with context %}
    <form method="post" data-audience="{{ url_for('…') }}">{{ csrf() }}
      {{ audience_fields(builder, shown) }} {% include "office/audiences/lists.html" %}
      {% call audience_tally(shown) %}<button … formaction="…">…</button>{{ audience_keep(url_for("…")) }}{% endcall %}
    </form>

``data-audience`` is where the page asks for numbers while somebody chooses: a POST of the same form that answers with
``office/audiences/answer.html`` (rendered with the same ``builder`` and ``shown``). Saving is the room's own button
with a ``formaction``: it reads ``Builder.from_form(request.form).audience(session)``, which raises ``BadInput`` when
nothing was chosen.
"""

from mailer.web.office.audiences import covering, downloading, editing, listing
from mailer.web.office.audiences.builder import Builder
from mailer.web.office.audiences.room import screens
from mailer.web.office.audiences.showing import Shown, show_audience

__all__ = ["Builder", "Shown", "covering", "downloading", "editing", "listing", "screens", "show_audience"]
