// The screens of a mailing. Each behaviour is hooked by a data- attribute; every page works without them.
import "./writes-rich.js";
import "./saves-itself.js";
import "./keeps-turn.js";
import "./drags-blocks.js";
import "./shows-letter.js";
import "./follows-mailing.js";
import "./takes-pictures.js";
