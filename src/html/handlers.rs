//! The names of event handler content attributes.

use super::element::{Element, Vocabulary};

/// On every HTML, SVG and MathML element: "Event handlers on elements, Document objects, and
/// Window objects" of HTML, and what Pointer Events, Touch Events, CSS Animations, CSS
/// Transitions, Clipboard, Selection, Fullscreen, Encrypted Media, Picture-in-Picture, Scroll
/// Snap and browsers of old add. Sorted.
const ELEMENTS: &[&str] = &[
    "onabort",
    "onanimationcancel",
    "onanimationend",
    "onanimationiteration",
    "onanimationstart",
    "onauxclick",
    "onbeforecopy",
    "onbeforecut",
    "onbeforeinput",
    "onbeforematch",
    "onbeforepaste",
    "onbeforetoggle",
    "onbeforexrselect",
    "onblur",
    "oncancel",
    "oncanplay",
    "oncanplaythrough",
    "onchange",
    "onclick",
    "onclose",
    "oncommand",
    "oncontentvisibilityautostatechange",
    "oncontextlost",
    "oncontextmenu",
    "oncontextrestored",
    "oncopy",
    "oncuechange",
    "oncut",
    "ondblclick",
    "ondrag",
    "ondragend",
    "ondragenter",
    "ondragexit",
    "ondragleave",
    "ondragover",
    "ondragstart",
    "ondrop",
    "ondurationchange",
    "onemptied",
    "onencrypted",
    "onended",
    "onenterpictureinpicture",
    "onerror",
    "onfocus",
    "onfocusin",
    "onfocusout",
    "onformdata",
    "onfullscreenchange",
    "onfullscreenerror",
    "ongotpointercapture",
    "oninput",
    "oninvalid",
    "onkeydown",
    "onkeypress",
    "onkeyup",
    "onleavepictureinpicture",
    "onload",
    "onloadeddata",
    "onloadedmetadata",
    "onloadstart",
    "onlostpointercapture",
    "onmousedown",
    "onmouseenter",
    "onmouseleave",
    "onmousemove",
    "onmouseout",
    "onmouseover",
    "onmouseup",
    "onmousewheel",
    "onpaste",
    "onpause",
    "onplay",
    "onplaying",
    "onpointercancel",
    "onpointerdown",
    "onpointerenter",
    "onpointerleave",
    "onpointermove",
    "onpointerout",
    "onpointerover",
    "onpointerrawupdate",
    "onpointerup",
    "onprogress",
    "onratechange",
    "onreset",
    "onresize",
    "onscroll",
    "onscrollend",
    "onscrollsnapchange",
    "onscrollsnapchanging",
    "onsearch",
    "onsecuritypolicyviolation",
    "onseeked",
    "onseeking",
    "onselect",
    "onselectionchange",
    "onselectstart",
    "onslotchange",
    "onstalled",
    "onsubmit",
    "onsuspend",
    "ontimeupdate",
    "ontoggle",
    "ontouchcancel",
    "ontouchend",
    "ontouchmove",
    "ontouchstart",
    "ontransitioncancel",
    "ontransitionend",
    "ontransitionrun",
    "ontransitionstart",
    "onvolumechange",
    "onwaiting",
    "onwaitingforkey",
    "onwebkitanimationend",
    "onwebkitanimationiteration",
    "onwebkitanimationstart",
    "onwebkitfullscreenchange",
    "onwebkitfullscreenerror",
    "onwebkittransitionend",
    "onwheel",
];

/// On `<body>` and `<frameset>`, for the window (`WindowEventHandlers`, Gamepad, Screen
/// Orientation of old). Sorted.
const WINDOW: &[&str] = &[
    "onafterprint",
    "onbeforeprint",
    "onbeforeunload",
    "ongamepadconnected",
    "ongamepaddisconnected",
    "onhashchange",
    "onlanguagechange",
    "onmessage",
    "onmessageerror",
    "onoffline",
    "ononline",
    "onorientationchange",
    "onpagehide",
    "onpagereveal",
    "onpageshow",
    "onpageswap",
    "onpopstate",
    "onrejectionhandled",
    "onstorage",
    "onunhandledrejection",
    "onunload",
];

/// On SVG's animation elements. Sorted.
const SVG_ANIMATION: &[&str] = &["onbegin", "onend", "onrepeat"];

/// On `<marquee>`. Sorted.
const MARQUEE: &[&str] = &["onbounce", "onfinish", "onstart"];

/// Whether an attribute of an element is an event handler.
pub(super) fn is_handler(element: &Element, attribute: &str) -> bool {
    let among = |names: &[&str]| names.binary_search(&attribute).is_ok();
    if !attribute.starts_with("on") {
        return false;
    }
    among(ELEMENTS)
        || match (element.vocabulary, element.name) {
            (Vocabulary::Html, "body" | "frameset") => among(WINDOW),
            (Vocabulary::Html, "marquee") => among(MARQUEE),
            (Vocabulary::Svg, _) => among(SVG_ANIMATION),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        for names in [ELEMENTS, WINDOW, SVG_ANIMATION, MARQUEE] {
            assert!(names.is_sorted());
        }
    }
}
