package dev.conclave.explore;

/** Simulations from the command line: first seed, how many, rounds each, at how many failures to stop, arena. */
final class Explore {

    private Explore() {}

    /** The group of a run: drawn, so that many kinds are met. */
    static Group group(Dice dice) {
        int voters = 1 + dice.below(7);
        int standers = dice.permille(300) ? 1 + dice.below(2) : 0;
        int watchers = dice.permille(200) ? 1 : 0;
        long standing = dice.permille(600) ? -1L : dice.next();
        double rho = dice.permille(300) ? 0.2 : dice.permille(500) ? 0.01 : 0.05;
        long e = 100_000_000;
        long h = dice.permille(500) ? e / 10 : e / 5;
        long margin = dice.permille(300) ? 0 : dice.below((int) ((e * (1 - rho) / (1 + rho) - 2 * h) * 0.99));
        return new Group(voters, standers, watchers, standing, h, e, rho, margin);
    }

    /** Runs and prints. */
    public static void main(String[] args) {
        Campaign campaign = new Campaign(
                Core.PRODUCTION, args.length > 4 ? Arena.valueOf(args[4]) : Arena.ALL, Integer.parseInt(args[2]));
        long first = Long.parseLong(args[0]);
        int most = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        for (long seed = first;
                seed < first + Long.parseLong(args[1]) && campaign.stories().size() < most;
                seed++) {
            int before = campaign.stories().size();
            campaign.seeds(seed, 1);
            if (campaign.stories().size() > before) {
                System.out.println(campaign.stories().get(before));
            }
        }
        System.out.println(campaign + "; never met: " + campaign.tally().missing());
    }
}
