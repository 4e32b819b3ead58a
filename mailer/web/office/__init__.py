"""The office: where staff works.

A room is a module (or a folder) with one blueprint, made by ``access.office_blueprint`` and joined in ``mailer.app``:

    screens = office_blueprint("organisations", __name__)

    @screens.get("/adresboek/organisaties")
    @may(Action.LOOK)                                # who may open it: staff.roles
    def index() -> str:
        session = current.session()                  # read-only on a GET
        return render_template("office/directory/organisations.html", …)

    @screens.post("/adresboek/organisaties/nieuw")
    @may(Action.EDIT_DIRECTORY)
    def add() -> Response | tuple[str, int]:
        filled = Filled(request.form)                # mailer.web.forms
        …                                            # a verb of a floor below; it flushes
        flash(_("Bewaard."), "good")
        return redirect(url_for(…), 303)             # committed after this, and the bell rings

Templates extend ``office/base.html`` and take fields, tables, badges and notices from ``macros/``.
"""
