{#-
  Text without case, for comparison: letters are lower case as in Unicode's simple case folding,
  each white space is a space, quotation marks are `"`, and characters without a shape are removed.

  The table has the letters of the Latin, Greek, Cyrillic and Armenian scripts up to U+1FFF, because
  the function `lower` depends on the database's locale: it leaves É as it is in the locale C,
  changes I to ı in Turkish, and Σ to σ or ς. İ is i. Other letters keep their case. Text of ASCII
  needs no table, which costs time.
-#}
{% macro ecommerce_folded(text) %}
    {{- adapter.dispatch('ecommerce_folded', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{#- The lower case of ASCII is the same in any locale, except for Turkish i in Postgres. -#}
{% macro postgres__ecommerce_folded(text) %}
    {{- _ecommerce_fold(
        text,
        ascii_lower='lower(' ~ text ~ ' collate "C") collate "default"',
        byte_count='octet_length(' ~ text ~ ')',
        line_ends='chr(9) || chr(10) || chr(11) || chr(12) || chr(13)',
        other_line_ends='chr(133) || chr(8232) || chr(8233)'
    ) -}}
{% endmacro %}

{% macro duckdb__ecommerce_folded(text) %}
    {{- _ecommerce_fold(
        text,
        ascii_lower='lower(' ~ text ~ ')',
        byte_count='strlen(' ~ text ~ ')',
        line_ends='chr(9) || chr(10) || chr(11) || chr(12) || chr(13)',
        other_line_ends='chr(133) || chr(8232) || chr(8233)'
    ) -}}
{% endmacro %}

{% macro spark__ecommerce_folded(text) %}
    {{- _ecommerce_fold(
        text,
        ascii_lower='lower(' ~ text ~ ')',
        byte_count='octet_length(' ~ text ~ ')',
        line_ends="'\\u0009\\u000a\\u000b\\u000c\\u000d'",
        other_line_ends="'\\u0085\\u2028\\u2029'"
    ) -}}
{% endmacro %}

{#- The line ends are expressions, because Jinja indents the lines of a text. The characters without
    a shape have no counterpart, so `translate` removes them. In other systems, the lower case of İ
    is i and a combining dot. -#}
{% macro _ecommerce_fold(text, ascii_lower, byte_count, line_ends, other_line_ends) %}
    {%- set ascii = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' -%}
    {%- set spaces = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
        ~ "\u202f\u205f\u3000" -%}
    {%- set quotes = "\xab\xbb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a" -%}
    {%- set shapeless = "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d"
        ~ "\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff" -%}
    case
        when {{ byte_count }} = length({{ text }})
            then translate({{ ascii_lower }}, {{ line_ends }}, '     ')
        else replace(
            translate(
                {{ text }},
                {{ line_ends }} || {{ other_line_ends }}
                || '{{ ascii ~ _ecommerce_letters() ~ spaces ~ quotes ~ shapeless }}',
                '        {{ (ascii | lower) ~ _ecommerce_letters(is_folded=true)
                    ~ ' ' * spaces | length ~ '"' * quotes | length }}'
            ),
            '{{ "i\u0307" }}', 'i'
        )
    end
{%- endmacro %}

{% macro _ecommerce_letters(is_folded=false) -%}
    {%- set letters =
        'µÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜ' ~
        'ŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽſƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǄǅǇǈǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬ' ~
        'ǮǱǲǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎ' ~
        'ͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿ' ~
        'ЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞ' ~
        'ҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮ' ~
        'ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ' ~
        'ḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẛ' ~
        'ẞẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾ' ~
        'ἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺΆ' ~
        'ᾼιῈΈῊΉῌῘῙῚΊῨῩῪΎῬῸΌῺΏῼ' ~
        'ΩKÅℲ'
    -%}
    {%- set folded =
        'μàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįiĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝ' ~
        'şšţťŧũūŭůűųŵŷÿźżžsɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǆǆǉǉǌǌǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭ' ~
        'ǯǳǳǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏ' ~
        'ͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋσϗβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽ' ~
        'ѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟ' ~
        'ҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯ' ~
        'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ' ~
        'ḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕṡ' ~
        'ßạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿ' ~
        'ἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰά' ~
        'ᾳιὲέὴήῃῐῑὶίῠῡὺύῥὸόὼώῳ' ~
        'ωkåⅎ'
    -%}
    {{- folded if is_folded else letters -}}
{%- endmacro %}
