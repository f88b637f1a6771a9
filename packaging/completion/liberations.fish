# Completion of liberations(8) for fish: the command itself says what may come next. The line goes to its standard input, so
# that nothing typed by mistake is among its arguments.
function __liberations_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l current $words[-1]
    set -l option (string match -r -- '^--[a-z-]+=' $current)
    set -lx PATH $PATH /usr/local/sbin /usr/sbin
    for answer in (string join0 -- $words[2..-1] | command liberations complete 2>/dev/null)
        switch $answer
            case :files
                __fish_complete_path (string replace -r -- '^--[a-z-]+=' '' $current) | string replace -r '^' -- "$option"
            case :directories
                __fish_complete_directories (string replace -r -- '^--[a-z-]+=' '' $current) | string replace -r '^' -- "$option"
            case :users
                __fish_complete_users | string replace -r '^' -- "$option"
            case '*'
                echo $answer
        end
    end
end
complete -c liberations -f -a '(__liberations_complete)'
