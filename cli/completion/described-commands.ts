import type { Command } from 'commander';

/** What a shell needs to know of an option. */
export interface DescribedOption {
  /** As they are typed: --out, and -V where there is a letter */
  readonly flags: readonly string[];
  readonly description: string;
  /** Takes a value: files are offered unless there are choices */
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What a shell needs to know of a command. */
export interface DescribedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly DescribedOption[];
  /** Of the first argument, where it is one of a few words */
  readonly choices: readonly string[];
}

const HELP: DescribedOption = {
  flags: ['--help'],
  description: 'display help',
  takesValue: false,
  choices: [],
};

/** The subcommands of a program with their options, as the program itself describes them. */
export function describedCommands(program: Command): DescribedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [
      ...command.options.map((option) => ({
        flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
        description: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
      })),
      HELP,
    ],
    choices: command.registeredArguments[0]?.argChoices ?? [],
  }));
}
