// Small behaviours of the office, each hooked by a data- attribute. Every page works without them.
import "./takes-focus.js";
import "./tick-all.js";
import "./folds-on-phone.js";
import "./sends-itself.js";
import "./shows-here.js";
import "./says-done.js";
