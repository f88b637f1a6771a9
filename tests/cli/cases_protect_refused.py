"""What `protect` refuses: files whose lines would not protect, and machines on which nobody could sign in afterwards."""
from cases_protect import PLAIN, furnish, protect
from harness import add_case, expect, same
from house import House


def lines_by_hand_that_do_not_protect():
    """pam_liberations in a file is no protection yet: that is said, with the line, and no success is reported."""
    weak = (
        ("auth optional pam_liberations.so\n" + PLAIN, "/etc/pam.d/odd do not protect"),
        ("auth sufficient pam_unix.so\nauth required pam_liberations.so\naccount required pam_unix.so\n", "do not protect"),
        ("auth [default=1] pam_permit.so\nauth required pam_liberations.so\nauth required pam_permit.so\n", "do not protect"),
        ("auth required pam_unix.so\naccount required pam_liberations.so\n", "line 2"),
        (PLAIN + "password required pam_liberations.so\n", "line 3"),
        ("@include weak\naccount required pam_unix.so\n", "/etc/pam.d/weak do not protect"),
    )
    with House() as house:
        furnish(house, {"weak": "auth sufficient pam_unix.so\nauth required pam_liberations.so\n"})
        for text, words in weak:
            house.write("/etc/pam.d/odd", text)
            for option in ("--check", "--yes", "--force"):
                answer = house.run("protect", "odd", option)
                same((answer.code, words in answer.err, answer.out), (1, True, ""), text + repr(answer))
            same(house.read("/etc/pam.d/odd"), text)
        for text in ("auth required pam_liberations.so\naccount required pam_liberations.so\n",
                     "#auth required pam_unix.so\nauth requisite pam_liberations.so # token\naccount required pam_liberations.so\n"):
            house.write("/etc/pam.d/odd", text)
            expect("by lines in /etc/pam.d/odd" in protect(house, "odd").out, text)


def a_way_around_that_was_added_since():
    """Protected once, and somebody added a line above: a second run does not say that it is protected."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk")
        house.write("/etc/pam.d/desk", "auth sufficient pam_permit.so\n" + house.read("/etc/pam.d/desk"))
        expect("/etc/pam.d/desk do not protect" in protect(house, "desk", code=1).err)


def add_cases():
    for function in (lines_by_hand_that_do_not_protect, a_way_around_that_was_added_since):
        add_case("protect_" + function.__name__, function)
