/** Keyboard layouts of X (xkeyboard-config, rules/base.lst). */
export const X_LAYOUTS: ReadonlySet<string> = new Set(
  `
    af al am ara at au az ba bd be bg br brai bt bw by ca cd ch cm cn custom cz de dk dz ee epo es et fi fo fr gb ge
    gh gn gr hr hu id ie il in iq ir is it jp jv ke kg kh kr kz la latam lk lt lv ma mao md me mk ml mm mn mt mv my ng
    nl no np ph pk pl pt ro rs ru se si sk sn sy tg th tj tm tr tw tz ua us uz vn za
  `
    .trim()
    .split(/\s+/),
);

/** Keys that switch between layouts: options of the group "grp" (xkeyboard-config, rules/base.lst). */
export const X_SWITCHES: ReadonlySet<string> = new Set(
  `
    alt_caps_toggle alt_shift_toggle alt_space_toggle alts_toggle caps_switch caps_toggle ctrl_alt_toggle
    ctrl_shift_toggle ctrls_toggle lalt_lshift_toggle lalt_toggle lctrl_lshift_toggle lctrl_lwin_rctrl_menu
    lctrl_lwin_toggle lctrl_rctrl_switch lctrl_toggle lshift_toggle lswitch lwin_switch lwin_toggle menu_switch
    menu_toggle rctrl_rshift_toggle rctrl_switch rctrl_toggle rshift_toggle rwin_switch rwin_toggle sclk_toggle
    shift_caps_switch shift_caps_toggle shifts_toggle switch toggle win_menu_switch win_space_toggle win_switch
  `
    .trim()
    .split(/\s+/),
);

/**
 * What names of console key maps begin with: "de" of "de-latin1-nodeadkeys" (kbd, data/keymaps/i386). The releases have
 * those of X too, made by localed, as "cz-qwerty".
 */
export const KEYMAPS: ReadonlySet<string> = new Set([
  ...X_LAYOUTS,
  ...`
    ANSI adnw bashkir bone bywin cf croat dvorak en fa hcesar hu101 it2 jp106 kazakh koy ky kyrgyz mac mk0 neo
    neoqwertz nl2 pl1 pl2 pl3 pl4 ru1 ru2 ru3 ru4 ruwin sg slovene sr sv tralt trf trq ttwin uk us1
  `
    .trim()
    .split(/\s+/),
]);
