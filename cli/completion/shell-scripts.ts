import type { DescribedCommand } from './described-commands.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The script that makes a shell complete `fieldsmith`: commands, options, values of a few words, else files. */
export function completionScript(shell: Shell, commands: readonly DescribedCommand[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

function bashScript(commands: readonly DescribedCommand[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ flags, choices }) =>
          `    ${flags.map((flag) => `"${name} ${flag}"`).join('|')}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;`,
      ),
  );
  const words = commands.map(
    ({ name, options, choices }) =>
      `    ${name}) if [[ $current == -* ]]; then words="${options.flatMap(({ flags }) => flags).join(' ')}"; else words="${choices.join(' ')}"; fi ;;`,
  );
  return `# bash completion of fieldsmith: source it, or put it into /etc/bash_completion.d
_fieldsmith() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help --help --version" -- "$current"))
    return
  fi
  case "$command $previous" in
${values.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
    help) words="${commands.map(({ name }) => name).join(' ')}" ;;
  esac
  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
}
complete -o default -F _fieldsmith fieldsmith
`;
}

function zshScript(commands: readonly DescribedCommand[]): string {
  const quoted = (text: string) => text.replace(/'/g, "'\\''").replace(/[[\]:\\]/g, '\\$&');
  const options = ({ options: all, choices: first }: DescribedCommand) => [
    ...all.flatMap(({ flags, description, takesValue, choices }) =>
      flags.map((flag) => {
        const value = !takesValue
          ? ''
          : choices.length > 0
            ? `:value:(${choices.join(' ')})`
            : ':value:_files';
        return `'*${flag}[${quoted(description)}]${value}'`;
      }),
    ),
    first.length > 0 ? `'1:value:(${first.join(' ')})'` : `'*:file:_files'`,
  ];
  return `#compdef fieldsmith
# zsh completion of fieldsmith: put it as _fieldsmith into a folder of $fpath
_fieldsmith() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    '${name}:${quoted(description)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map((command) => `    ${command.name}) _arguments ${options(command).join(' ')} ;;`).join('\n')}
  esac
}
compdef _fieldsmith fieldsmith
`;
}

function fishScript(commands: readonly DescribedCommand[]): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, description, options, choices: first }) => [
    `complete -c fieldsmith -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...(first.length > 0
      ? [`complete -c fieldsmith -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(first.join(' '))}`]
      : []),
    ...options.map(({ flags, description: text, takesValue, choices }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = !takesValue ? '' : choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -r';
      return `complete -c fieldsmith -n '__fish_seen_subcommand_from ${name}' ${names.join(' ')}${value} -d ${quoted(text)}`;
    }),
  ]);
  return `# fish completion of fieldsmith: put it as fieldsmith.fish into ~/.config/fish/completions\n${lines.join('\n')}\n`;
}
