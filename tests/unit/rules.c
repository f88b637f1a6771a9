/* What a new password must be like: every rule and its boundary. */
#include <stdio.h>
#include <string.h>

#include "support/rules_stage.h"

static void set_up(void)
{
	lbr_settings_default(&settings);
}

static const char *const good[] = {
	"le chat dort sur la table",
	"il fait beau ce matin", "40751398264017359286", "Ma grand-mère fait des crêpes le jeudi",
	"the quick brown fox jumps", "été à la mer du nord", "mon chien est gros et roux",
	"J'ai perdu 3 parapluies à Rouen", "я люблю тебя мой город", "私はねこがとても好きです本当に", "xK9#mQ2$vL7!",
	"Où est passée la clé ?", "🦊 renard volant 🦉 hibou", "four candles and a fork handle", "Vj4Tn0pR8wQz",
	"tourne-sol, vire-vent", "a sentence with password in it is fine",
	/* Drawn by pwqgen or at random, with something of a word in them. */
	"Lit!knit_Lit", "all*bit*beta", "dig*Bay5tame", "Above3Rat$herd", "Both&See4rex", "furiA6hWVlec", "has4MlsSITZg",
	"6T15mTLOCvR5", "TLy2oLMMUhiI", "RN%6`<E:[b(-:EP*", "*/e$R!E;~&*N13\";", "TAN>6__(:,;e%lJY", "J1JE$--.^[%4?n2g",
};

START_TEST(sentences_and_random_ones_pass)
{
	expect(good[_i], LBR_OBJECTION_NONE);
}
END_TEST

static const char *const words[] = {
	"motdepassemotdepasse", "password1234", "MotDePasse2026!", "azertyuiop123", "bienvenue bienvenue",
	"Passw0rd!Passw0rd!", "P@$$w0rd2026", "p.a.s.s.w.o.r.d", "mot de passe 2026", "Bienvenue2026",
	"welcome welcome welcome", "bonjourbonjour", "SoleilSoleil", "iloveyouiloveyou", "Jetaimejetaime!",
	"janvierfevrier", "Novembre2026!!", "lundimardimercredi", "printemps-2026", "été hiver été hiver",
	"qwertyqwerty12", "azerty-qwerty-azerty", "admin admin admin", "Administrateur1", "111password111",
	"letmeinletmein", "dragon2026dragon", "mOnMotDePaSsE", "Changeme2026!", "Noël-Noël-2026", "ｐａｓｓｗｏｒｄ２０２６",
	"je t'aime 2024", "bonjour, tout le monde", "s'il vous plaît", "hello, world! 2024", "mot de-passe 2024",
	"m0t-d3_p4ss3 2024", "p a-ssword 2024", "p.a-s.s-w.o-r.d 1", "m.o.t-d.e-p.a.s.s.e",
};

START_TEST(std_N10_common_words_and_little_besides_are_refused)
{
	ck_assert_int_ne(judge(words[_i]), LBR_OBJECTION_NONE);
	settings.min_length = 8; /* not for their length */
	expect(words[_i], LBR_OBJECTION_WORDS);
}
END_TEST

/* Sentences are welcome, but not those that everybody knows. */
static const char *const phrases[] = {
	"correct horse battery staple", "Correct-Horse-Battery-Staple", "CorrectHorseBatteryStaple1!", "c0rrect h0rse battery staple",
	"Lorem ipsum dolor sit amet", "The quick brown fox jumps over the lazy dog", "To be, or not to be, that is the question",
	"twinkle twinkle little star", "May the Force be with you!", "we will rock you 2026", "Never gonna give you up",
	"Portez ce vieux whisky au juge blond qui fume", "Être ou ne pas être", "Au clair de la lune, mon ami Pierrot",
	"Frère Jacques, dormez-vous ?", "Alouette, gentille alouette", "Je me souviens 1978", "Allons enfants de la patrie",
	"Liberté, égalité, fraternité", "Ô Canada, terre de nos aïeux", "Je pense, donc je suis.", "Il était une fois...",
	"Le Petit Prince 1943", "LE-PETIT-PRINCE1234!", "s'il vous plaît, dessine-moi un mouton",
	"l_essentiel_est_invisible_pour_les_yeux_2024", "On ne voit bien qu'avec le cœur", "Pater noster, qui es in cælis",
	"AVE MARIA GRATIA PLENA 12", "que Ta volonté soit faite!!", "Il sait porter la croix",
	"God keep our land glorious and free", "Aux armes, citoyens ! Formez vos bataillons !", "quand on n'a que l'amour",
	"Mon pays, ce n'est pas un pays, c'est l'hiver", "À la claire fontaine", "Vive le Québec libre 1967",
	"Maîtres chez nous!", "la-cigale-et-la-fourmi-2025", "veni, vidi, vici.", "HotelCalifornia1976",
	"w3 4ll l1v3 in a yellow submarine", "Hello darkness, my old friend", "one ring to rule them all",
	"London.Bridge.Is.Falling.Down", "in God we trust 1776", "zaq12wsxCDE34rfv", "aqwzsxEDCRFV1234!", "poiuytrewqLKJHGFDSA",
	"7ujm6yhn5tgb", "longtemps je me suis couché de bonne heure",
};

START_TEST(a_phrase_that_everybody_knows_is_refused)
{
	expect(phrases[_i], LBR_OBJECTION_WORDS);
}
END_TEST

START_TEST(a_sentence_may_quote_and_go_on)
{
	expect("Lorem ipsum, dit le corbeau myope", LBR_OBJECTION_NONE);
	expect("my horse eats the battery at noon", LBR_OBJECTION_NONE);
	expect("Je me souviens du tracteur de Fernand", LBR_OBJECTION_NONE);
	expect("le petit prince vend des pommes au marché", LBR_OBJECTION_NONE);
	expect("mon petit voisin joue du tuba le mardi", LBR_OBJECTION_NONE);
	expect("the yellow tram rings at half past nine", LBR_OBJECTION_NONE);
}
END_TEST

/* A word of libpasswdqc's list, and what people put around it. */
START_TEST(one_word_and_little_besides_is_refused)
{
	static const char *const one[] = { "lantern12345", "umbrella1234", "mountain2026!", "Mountain1985!", "Kangaroo1234",
	                                   "correcthorse1", "Newcastle2026", "sunflower2025" };

	expect(one[_i], LBR_OBJECTION_WORDS);
}
END_TEST

static const char *const simple[] = {
	"111111111111", "123456789012", "abcdefghijklmnop", "zyxwvutsrqponm", "121212121212", "abcabcabcabcabc",
	"98765432109876", "aaaaaaaaaaaaaaaaaaaaaaaa", "............", "            ", "aaaabbbbcccc",
	"147147147147147", "11223344556677", "éééééééééééé", "абвгдежзабвгдежз", "2468024680246802",
	"tigertigertiger", "xqjxqjxqjxqj",
};

START_TEST(sequences_and_repetitions_are_refused)
{
	expect(simple[_i], LBR_OBJECTION_SIMPLE);
}
END_TEST

/* Six characters are enough, of which each word is one; digits and signs behind a word count half. */
START_TEST(what_is_left_beside_the_words_decides_at_six)
{
	settings.min_length = 8;
	expect("motdepassekvtr", LBR_OBJECTION_WORDS);
	expect("motdepassekvtrx", LBR_OBJECTION_NONE);
	expect("kvtmotdepasserx", LBR_OBJECTION_NONE);
	expect("motdepasse407513982", LBR_OBJECTION_WORDS);
	expect("motdepasse4075139826", LBR_OBJECTION_NONE);
	expect("motdepassekvtr2", LBR_OBJECTION_WORDS);
	expect("motdepassekvtr29", LBR_OBJECTION_NONE);
	expect("bonjourazertysoleilmamanlundi", LBR_OBJECTION_WORDS);
	expect("bonjourazertysoleilmamanlundidragon", LBR_OBJECTION_NONE);
}
END_TEST

START_TEST(std_N4_length_is_judged_in_code_points_and_bytes)
{
	char text[LBR_SECRET_MAX + 1];
	struct lbr_secret password = {0};
	struct lbr_candidate candidate = { .password = &password, .name = "", .contact = "" };
	enum lbr_objection objection;
	size_t at;

	expect("kvtrwxqplmz", LBR_OBJECTION_SHORT); /* 11 */
	expect("kvtrwxqplmzh", LBR_OBJECTION_NONE);
	expect("éàüöïçñøåßù", LBR_OBJECTION_SHORT); /* 11 points, 22 bytes */
	expect("éàüöïçñøåßùw", LBR_OBJECTION_NONE);
	expect("", LBR_OBJECTION_SHORT);
	for (at = 0; at < LBR_SECRET_MAX; at++)
		text[at] = (char)('a' + (at * at * 7 + at / 3) % 26);
	text[128] = '\0';
	expect(text, LBR_OBJECTION_NONE);
	text[128] = 'x';
	text[129] = '\0';
	expect(text, LBR_OBJECTION_LONG);
	memset(&password, 0, sizeof(password));
	for (at = 0; at < 120; at++) /* 120 points in 480 bytes */
		memcpy(password.bytes + 4 * at, at % 3 != 0 ? "\xf0\x9f\xa6\x8a" : "\xf0\x9f\xa6\x89", 4);
	password.len = 480;
	ck_assert_int_eq(lbr_rules_judge(&candidate, &settings, &objection, NULL), LBR_OK);
	ck_assert_int_ne(objection, LBR_OBJECTION_LONG);
	memset(password.bytes, 'x', LBR_SECRET_MAX); /* what a caller never normalised is too long, too */
	password.len = LBR_SECRET_MAX;
	ck_assert_int_eq(lbr_rules_judge(&candidate, &settings, &objection, NULL), LBR_OK);
	ck_assert_int_eq(objection, LBR_OBJECTION_LONG);
}
END_TEST

#define SENTENCE "Une lamproie vire au quartz"

/* A password that cannot be typed again, at another terminal, locks its owner out. */
static const struct { const char *password; enum lbr_objection objection; } untypable[] = {
	{"\033[200~" SENTENCE "\033[201~", LBR_OBJECTION_PASTE}, {SENTENCE "\033[201~", LBR_OBJECTION_PASTE},
	{"\302\233200~" SENTENCE, LBR_OBJECTION_PASTE}, {"\033[200~\351t\351", LBR_OBJECTION_PASTE},
	{"\xe9t\xe9 \xe0 la mer\xff\xfe du nord", LBR_OBJECTION_BYTES}, {SENTENCE "\xc3", LBR_OBJECTION_BYTES},
	{SENTENCE "\355\240\200", LBR_OBJECTION_BYTES}, {SENTENCE "\300\257", LBR_OBJECTION_BYTES},
	{SENTENCE "\t\xe9", LBR_OBJECTION_BYTES},
	{SENTENCE "\t", LBR_OBJECTION_KEYS}, {"\a" SENTENCE, LBR_OBJECTION_KEYS}, {SENTENCE "\r", LBR_OBJECTION_KEYS},
	{SENTENCE "\n", LBR_OBJECTION_KEYS}, {"\033" SENTENCE, LBR_OBJECTION_KEYS}, {SENTENCE "\033[A", LBR_OBJECTION_KEYS},
	{SENTENCE "\b", LBR_OBJECTION_KEYS}, {SENTENCE "\177", LBR_OBJECTION_KEYS}, {"\001" SENTENCE, LBR_OBJECTION_KEYS},
	{SENTENCE "\302\205", LBR_OBJECTION_KEYS}, {SENTENCE "\342\200\213", LBR_OBJECTION_KEYS},
	{"\357\273\277" SENTENCE, LBR_OBJECTION_KEYS}, {SENTENCE "\342\200\256", LBR_OBJECTION_KEYS},
	{SENTENCE "\342\200\250", LBR_OBJECTION_KEYS}, {SENTENCE "\302\255", LBR_OBJECTION_KEYS},
	{SENTENCE "\357\277\275", LBR_OBJECTION_KEYS}, {SENTENCE "\357\277\277", LBR_OBJECTION_KEYS},
	{"\t", LBR_OBJECTION_KEYS}, /* before its length: another key would not help */
	{SENTENCE "[200~", LBR_OBJECTION_NONE}, {SENTENCE " \303\251t\303\251", LBR_OBJECTION_NONE},
	{SENTENCE "\302\240\302\253\302\273", LBR_OBJECTION_NONE}, {SENTENCE "\360\237\246\212", LBR_OBJECTION_NONE},
	{SENTENCE "\360\237\221\251\342\200\215\360\237\224\254", LBR_OBJECTION_NONE},
	{SENTENCE "\342\235\244\357\270\217", LBR_OBJECTION_NONE}, {" " SENTENCE " ", LBR_OBJECTION_NONE},
};

START_TEST(a_password_is_text_that_can_be_typed_again)
{
	struct lbr_secret password;
	struct lbr_candidate candidate = { .password = &password, .name = "", .contact = "" };
	enum lbr_objection objection;

	ck_assert_int_eq(lbr_secret_set(&password, untypable[_i].password, strlen(untypable[_i].password)), LBR_OK);
	ck_assert_int_eq(lbr_rules_judge(&candidate, &settings, &objection, NULL), LBR_OK);
	ck_assert_int_eq(objection, untypable[_i].objection);
	ck_assert_int_eq(lbr_rules_judge_text(&password), untypable[_i].objection);
}
END_TEST

START_TEST(min_length_follows_the_configuration)
{
	settings.min_length = 8;
	expect("kvtrwxqp", LBR_OBJECTION_NONE);
	expect("kvtrwxq", LBR_OBJECTION_SHORT);
	settings.min_length = 64;
	expect("le chat dort sur la table et ne mange que des croquettes au thon", LBR_OBJECTION_NONE);
	expect("le chat dort sur la table et ne mange que des croquettes au tho", LBR_OBJECTION_SHORT);
}
END_TEST

static const struct { const char *name, *contact, *password; } people[] = {
	{ "marie.dupont", "", "marie.dupont1" },
	{ "marie.dupont", "", "MarieDupont2026" },
	{ "marie.dupont", "", "dupont-marie-31" },
	{ "marie.dupont", "", "tnopud.eiram" },
	{ "r.roy", "", "royroyroyroy" },
	{ "zoé", "", "ZOEzoeZOEzoe!" },
	{ "x", "helene.lefebvre@example.org", "helenelefebvre" },
	{ "x", "helene.lefebvre@example.org", "Lefebvre--2026" },
	{ "администратор", "", "Администратор1" },
};

START_TEST(the_persons_own_words_are_refused)
{
	ck_assert_int_eq(judge_all(people[_i].password, NULL, people[_i].name, people[_i].contact), LBR_OBJECTION_NAME);
	/* Somebody else's name is as good as any, if it is long enough. */
	ck_assert_int_ne(judge_all(people[_i].password, NULL, "q", ""), LBR_OBJECTION_NAME);
}
END_TEST

START_TEST(a_sentence_may_hold_ones_name)
{
	ck_assert_int_eq(judge_all("marie aime le gros chien roux", NULL, "marie.dupont", "marie@example.org"),
	                 LBR_OBJECTION_NONE);
}
END_TEST

START_TEST(likeness_to_the_old_password_is_refused)
{
	static const char old[] = "kvtrwxqplmzh-Brume";

	ck_assert_int_eq(judge_all(old, old, "zoe", ""), LBR_OBJECTION_SAME);
	ck_assert_int_eq(judge_all("kvtrwxqplmzh-Brume1", old, "zoe", ""), LBR_OBJECTION_OLD);
	ck_assert_int_eq(judge_all("KVTRWXQPLMZH-brume", old, "zoe", ""), LBR_OBJECTION_OLD);
	ck_assert_int_eq(judge_all("emurB-hzmlpqxwrtvk", old, "zoe", ""), LBR_OBJECTION_OLD);
	ck_assert_int_eq(judge_all("1kvtrwxqplmzh-Brume", NULL, "zoe", ""), LBR_OBJECTION_NONE);
	ck_assert_int_eq(judge_all("le chat dort sur la table", old, "zoe", ""), LBR_OBJECTION_NONE);
	/* The same, its accents composed here and apart there. */
	ck_assert_int_eq(judge_all("e\xcc\x81t\xc3\xa9 au nord !", "\xc3\xa9te\xcc\x81 au nord !", "zoe", ""),
	                 LBR_OBJECTION_SAME);
}
END_TEST

START_TEST(words_of_the_organisation_are_refused)
{
	expect("Libérations2026", LBR_OBJECTION_WORDS);
	expect("liberations-liberations", LBR_OBJECTION_WORDS);
	expect("Krakatoa Est 2026", LBR_OBJECTION_NONE);
	snprintf(settings.words, sizeof(settings.words), "acme, Krakatoa Est,,  , x");
	expect("Krakatoa Est 2026", LBR_OBJECTION_WORDS);
	expect("krakatoaest-ACME", LBR_OBJECTION_WORDS);
	expect("Acme Acme Acme 1", LBR_OBJECTION_WORDS);
	expect("Krakatoa cracha du feu", LBR_OBJECTION_NONE);
	snprintf(settings.issuer, sizeof(settings.issuer), "Lamproie");
	expect("Libérations2026", LBR_OBJECTION_NONE);
	expect("Lamproie-Lamproie", LBR_OBJECTION_WORDS);
	memset(settings.words, 'w', sizeof(settings.words) - 1); /* as long as it can be */
	expect("Lamproie-Lamproie", LBR_OBJECTION_WORDS);
}
END_TEST

START_TEST(every_objection_has_a_sentence_of_its_own)
{
	int one, other;

	for (one = 1; one < LBR_OBJECTIONS; one++)
		for (other = 1; other < one; other++)
			ck_assert_int_ne(lbr_rules_text((enum lbr_objection)one),
			                 lbr_rules_text((enum lbr_objection)other));
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(table[0]))

static Suite *suite(void)
{
	Suite *suite = suite_create("rules");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, sentences_and_random_ones_pass, 0, ROWS(good));
	tcase_add_loop_test(tests, a_phrase_that_everybody_knows_is_refused, 0, ROWS(phrases));
	tcase_add_test(tests, a_sentence_may_quote_and_go_on);
	tcase_add_loop_test(tests, std_N10_common_words_and_little_besides_are_refused, 0, ROWS(words));
	tcase_add_loop_test(tests, one_word_and_little_besides_is_refused, 0, 8);
	tcase_add_loop_test(tests, sequences_and_repetitions_are_refused, 0, ROWS(simple));
	tcase_add_test(tests, what_is_left_beside_the_words_decides_at_six);
	tcase_add_test(tests, std_N4_length_is_judged_in_code_points_and_bytes);
	tcase_add_loop_test(tests, a_password_is_text_that_can_be_typed_again, 0, ROWS(untypable));
	tcase_add_test(tests, min_length_follows_the_configuration);
	tcase_add_loop_test(tests, the_persons_own_words_are_refused, 0, ROWS(people));
	tcase_add_test(tests, a_sentence_may_hold_ones_name);
	tcase_add_test(tests, likeness_to_the_old_password_is_refused);
	tcase_add_test(tests, words_of_the_organisation_are_refused);
	tcase_add_test(tests, every_objection_has_a_sentence_of_its_own);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
