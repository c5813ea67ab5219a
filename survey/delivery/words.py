"""Why a release did not arrive, in words."""

from flask_babel import lazy_gettext as _

FAULT_WORDS = {
    "address": _("地址不符合现在的设置"),
    "unresolved": _("查不到对方的域名"),
    "private": _("域名指向内部网络的地址，按设置不送往那里"),
    "unreachable": _("对方的地址连不上"),
    "timeout": _("对方没有按时答复"),
    "tls": _("对方的证书不可信，加密连接没有建立"),
    "unreadable": _("对方的答复不是网页协议"),
    "redirect": _("对方要求转到别的地址，按规定不跟随"),
    "gone": _("对方说不再接收（410），已停用该地址"),
    "status": _("对方没有接受"),
    "altered": _("存档与封存时不一致，没有送出"),
    "sealed": _("封存的签名密钥打不开，请另建地址"),
}
