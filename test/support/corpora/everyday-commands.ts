/** What coding agents run all day: none of it destroys, publishes or takes down what people would miss. One a line. */
export const EVERYDAY_COMMANDS: readonly string[] = `
ls
ls -la src
ls -lhS node_modules | head -20
pwd
pwd && ls
cd packages/web && npm test
cat package.json
cat src/index.ts | head -50
head -n 40 README.md
tail -f logs/dev.log
tail -n +20 a.txt
wc -l src/*.ts
du -sh node_modules
df -h
file assets/logo.png
stat -c %s dist/index.js
which node
command -v docker
type git
echo done
echo "$HOME"
echo hello > notes.txt
echo "export default 1" >> src/a.ts
printf '%s\\n' a b > list.txt
date +%s
sleep 5
true
test -f package.json && echo yes
[ -d dist ] || mkdir dist
env | grep -i node
printenv PATH
uname -a
id
whoami
hostname
ps aux | grep node
lsof -i :3000
kill 1234
kill -9 12345
kill -TERM 4711
kill %1
kill -1 4711
mkdir -p src/components
mkdir -m 755 out
touch src/new.ts
cp a.txt b.txt
cp -r template new-app
cp -a src/. backup/
mv old.ts new.ts
mv src/a.ts src/b.ts
mv -f build/a.js build/b.js
mv *.md docs/
ln -s ../shared shared
ln -sf ../../hooks/pre-commit hook
rm a.txt
rm -f a.txt b.txt
rm build/output.js
rm -v tmp.log
rm -i a
rm -- -x
rmdir empty
basename src/a.ts .ts
dirname src/a.ts
realpath .
readlink -f node_modules/.bin/tsc
chmod +x scripts/deploy.sh
chmod 644 README.md
chmod +x scripts/*.sh
chmod u+rw,g-w a
chown ada a.txt
find . -name "*.ts"
find . -name '*.ts' -not -path './node_modules/*'
find src -type f -name '*.py' | xargs grep -l import
find . -type f -newer a -print0
find . -maxdepth 2 -type d
find src -type f -exec grep -l foo {} +
find . -name *.ts
fd -e ts
grep -rn TODO src
grep -c error log.txt
grep -rn "rm -rf" scripts
rg "git push --force" docs
rg --files | head
rg -n 'createServer' -g '*.ts'
ag foo src
sed -n '10,20p' src/a.ts
sed -i 's/foo/bar/g' src/a.ts
sed -i.bak -e 's/a/b/' x
awk '{print $1}' data.txt
sort a | uniq -c | sort -rn | head
cut -d, -f2 data.csv
tr a-z A-Z < a > b
tee out.log < in.log
npm test 2>&1 | tee test.log
tee -a .gitignore <<< dist/
diff -u a b
diff -r src dist
cmp a b
comm -12 a b
xxd a | head
hexdump -C a | head
base64 a.png | head -c 100
md5sum dist/*
sha256sum package-lock.json
jq . package.json
jq -r '.scripts | keys[]' package.json
yq '.services' docker-compose.yml
tar czf out.tgz dist
tar xf a.tar.gz
tar -tvf a.tar
zip -r out.zip dist
unzip -l a.zip
unzip -o a.zip -d out
gzip -k a
gunzip -c a.gz | head
curl -s https://example.com
curl -sSf http://localhost:3000/health
curl -X POST -d '{"a":1}' -H 'Content-Type: application/json' http://localhost:3000/api
curl -X DELETE http://localhost:3000/api/users/1
curl -XDELETE http://127.0.0.1:8080/x
curl -fsSL -o a.tgz https://example.com/a.tgz
curl -I https://example.com
wget -q https://example.com/a.txt
http GET localhost:3000/users
ping -c 1 example.com
dig example.com
nslookup example.com
ssh-keygen -l -f key.pub
openssl version
openssl x509 -in a.pem -noout -text
rsync -av src/ dest/
rsync -avn --delete a/ b/
rsync -a --dry-run --delete a/ b/
rsync -a --exclude node_modules . ../copy
scp a.txt host:/tmp/
git status
git status --short
git -C packages/api status
git diff
git diff --stat
git diff HEAD~1 -- src/a.ts
git diff --cached
git log --oneline -20
git log --format='%h %s' --since='2 weeks ago'
git -C packages/api log -3
git show HEAD
git show HEAD:src/a.ts
git blame -L 10,20 src/a.ts
git branch
git branch -a
git branch --show-current
git branch new-branch
git branch -m old new
git branch -d merged
git branch --merged main
git branch -vv
git branch -u origin/main
git checkout main
git checkout -b feature/login
git checkout -b fix/x origin/main
git checkout feature/login
git checkout release-1.2
git checkout -
git checkout -t origin/feature
git checkout --track origin/x
git checkout --orphan gh-pages
git checkout v1.2.3
git switch main
git switch -c feature/x
git switch -
git switch --detach HEAD~1
git add .
git add -A
git add -f dist/a.js
git add src/a.ts test/a.test.ts
git commit -m 'Fix the login'
git commit -am "wip"
git commit --amend --no-edit
git commit -m "remove -f and --force from docs"
git push
git push origin main
git push -u origin feature/login
git push --set-upstream origin feature/login
git push origin HEAD
git push origin HEAD:main
git push --tags
git push --follow-tags
git push --dry-run --force
git push -n origin +main
git pull
git pull --rebase
git pull --ff-only origin main
git fetch
git fetch --all --prune
git fetch -p
git fetch origin main
git fetch --tags --force
git merge main
git merge --no-ff feature/login
git merge --abort
git rebase main
git rebase -i HEAD~3
git rebase --continue
git rebase --abort
git rebase --onto main a b
git cherry-pick abc123
git cherry-pick --abort
git revert HEAD
git revert --no-edit abc123
git reset
git reset HEAD~1
git reset --soft HEAD~1
git reset --mixed HEAD
git reset src/a.ts
git reset HEAD src/a.ts
git restore --staged src/a.ts
git restore --staged .
git restore -S a
git stash
git stash push -m wip
git stash -u
git stash list
git stash show -p
git stash pop
git stash apply
git tag
git tag v1.0.0
git tag -a v1.0.0 -m 'Release'
git tag -l 'v1.*'
git remote -v
git remote add upstream https://example.com/x.git
git remote get-url origin
git remote show origin
git remote set-url origin https://example.com/x.git
git rev-parse HEAD
git rev-parse --abbrev-ref HEAD
git ls-files
git ls-files --deleted
git ls-remote origin
git clean -n
git clean -nd
git clean --dry-run -d
git clean -ndx
git rm a.txt
git rm --cached a.txt
git rm -r --cached node_modules
git mv a b
git config user.name
git config --list
git submodule update --init --recursive
git submodule status
git worktree add ../x main
git worktree list
git worktree remove ../x
git worktree prune
git bisect start
git bisect good
git apply fix.patch
git format-patch -1
git describe --tags
git shortlog -sn
git reflog
git reflog show main
git gc
git fsck
git grep -n foo
git clone https://example.com/x.git
git init
git --version
git archive --format=tar HEAD
git cat-file -p HEAD
git update-ref refs/heads/x abc123
git notes show
gh pr list
gh pr view 42
gh pr view 42 --json title
gh pr create --title x --body y
gh pr checks 42 --watch
gh pr diff 42
gh pr checkout 42
gh pr comment 42 --body ok
gh pr edit 42 --add-label bug
gh pr ready 42
gh issue list --label bug
gh issue view 3
gh issue create --title x --body y
gh issue close 3
gh run list
gh run view 123 --log-failed
gh run watch 123
gh run rerun 123
gh repo view
gh repo clone a/b
gh release list
gh release view v1
gh release download v1
gh api repos/a/b/pulls
gh api repos/a/b/issues -f title=x
gh auth status
gh workflow list
npm install
npm i
npm ci
npm install lodash
npm install --save-dev vitest@^3
npm i -D tsx
npm uninstall lodash
npm un lodash
npm remove lodash
npm update
npm outdated
npm audit
npm audit fix
npm ls react
npm list --depth=0
npm view react version
npm run build
npm run build -- --watch
npm run test:unit 2>&1 | tail -20
npm run lint -- --fix
npm --silent run publish-docs
npm --prefix web run build
npm -w web run build
npm run -w web test
npm test
npm t
npm test -- --run
npm start
npm pack
npm pack --dry-run
npm publish --dry-run
npm version patch
npm link
npm init -y
npm cache clean --force
npm config get registry
npm dist-tag ls x
npm owner ls x
npm whoami
npm exec tsc
npm run deploy:preview
npx tsc --noEmit
npx eslint . --fix
npx prettier --write .
npx prettier --check src
npx vitest run
npx playwright test
npx create-vite my-app
npx prisma generate
npx prisma migrate dev --name init
npx prisma db push
npx prisma studio
npx drizzle-kit generate
npx changeset
npx changeset version
pnpm install --frozen-lockfile
pnpm add -D vitest
pnpm -r build
pnpm -r test
pnpm --filter web dev
pnpm run build
pnpm dlx create-next-app
pnpm exec tsc
yarn
yarn install --immutable
yarn add lodash
yarn remove lodash
yarn build
yarn test
yarn workspace web build
yarn workspaces foreach run build
yarn dlx tsc
yarn why lodash
bun install
bun run dev
bun test
bun add zod
bunx tsc
deno task dev
deno test
deno fmt
node dist/index.js
node --version
node --test
tsx src/main.ts
ts-node src/main.ts
tsc --noEmit
tsc -p .
eslint src
jest --watch
vitest run test/a.test.ts
mocha
next build
next dev
vite build
webpack --mode production
rollup -c
turbo run build
nx test web
nx run-many -t build
lerna run test
python main.py
python3 -m pytest -x
python -m pip install -r requirements.txt
python manage.py migrate
python manage.py makemigrations
python manage.py runserver
python manage.py test
python setup.py sdist
python -m build
python -m venv .venv
python -m http.server
pip install -r requirements.txt
pip install -e .
pip uninstall -y requests
pip freeze
pip list
pytest
pytest -k login -x
pytest --cov=src
poetry install
poetry add requests
poetry build
uv sync
uv add httpx
uv build
uv pip install x
ruff check --fix .
black .
mypy src
flake8
isort .
tox
nox
alembic upgrade head
alembic revision --autogenerate -m x
flask db upgrade
twine check dist/*
cargo build
cargo build --release
cargo test --quiet
cargo run
cargo check
cargo clippy -- -D warnings
cargo fmt
cargo add serde
cargo remove serde
cargo doc
cargo update
cargo publish --dry-run
cargo clean
rustup update
go build ./...
go test ./...
go run .
go mod tidy
go get example.com/x@latest
go vet ./...
go fmt ./...
go clean -cache
golangci-lint run
mvn -q test
mvn clean install
mvn package -DskipTests
mvn clean verify
./gradlew build
./gradlew test --tests '*.LoginTest'
gradle assemble
gradle publishToMavenLocal
sbt test
sbt publishLocal
dotnet build
dotnet test
dotnet run
dotnet restore
dotnet ef migrations add x
dotnet ef database update
bundle install
bundle exec rspec
gem install rails
gem build x.gemspec
rails server
rails db:migrate
rails db:seed
rails generate model User
rake test
rake db:migrate
rubocop -a
composer install
composer require x/y
composer test
php artisan migrate
php artisan test
php artisan make:model User
mix deps.get
mix test
mix ecto.migrate
mix phx.server
swift build
swift test
xcodebuild test
flutter test
flutter pub get
dart analyze
make
make build
make test
make -j4 all
make clean
cmake -B build
cmake --build build
ninja -C build
./configure --prefix=/usr/local
bash scripts/build.sh
sh test.sh
./scripts/setup.sh
just test
task build
docker build -t app .
docker build --no-cache -t app .
docker run --rm -it app
docker run -d -p 80:80 nginx
docker ps
docker ps -a
docker images
docker logs -f app
docker exec app ls
docker stop app
docker start app
docker restart app
docker rm app
docker pull postgres
docker inspect app
docker network ls
docker network create x
docker volume ls
docker volume create x
docker tag a b
docker cp a app:/x
docker compose up -d
docker compose up --build
docker compose down
docker compose down --remove-orphans
docker compose -f dev.yml down
docker compose ps
docker compose logs -f web
docker compose build
docker compose restart web
docker compose exec db psql
docker compose run --rm web npm test
docker compose stop
docker-compose up -d
docker-compose down
docker system df
docker version
podman ps
kubectl get pods
kubectl get pods -n prod
kubectl -n prod get deploy
kubectl describe pod a
kubectl logs -f a
kubectl exec a -- ls
kubectl port-forward svc/a 8080:80
kubectl config get-contexts
kubectl config current-context
kubectl rollout status deploy/x
kubectl scale --replicas=3 deploy/x
kubectl top pods
kubectl diff -f x.yaml
kubectl apply --dry-run=client -f x.yaml
kubectl version
helm list
helm template x
helm lint x
helm status x
helm repo add x https://example.com
helm dependency update
minikube start
minikube status
kind create cluster
terraform init
terraform plan
terraform plan -out plan.tfplan
terraform -chdir=infra plan
terraform plan -destroy
terraform validate
terraform fmt
terraform output
terraform show
terraform state list
terraform state show x
terraform workspace list
terraform workspace select dev
tofu plan
pulumi preview
pulumi stack ls
cdk synth
cdk diff
cdk ls
sls package
sls invoke local -f x
sam build
sam local invoke
aws s3 ls
aws s3 cp a s3://x/y
aws s3 sync a s3://x
aws sts get-caller-identity
aws ec2 describe-instances
aws logs tail /x
aws configure list
gcloud config list
gcloud compute instances list
gcloud auth list
gcloud projects describe x
az account show
az vm list
vercel dev
vercel env pull
vercel logs x
netlify dev
netlify status
firebase emulators:start
wrangler dev
wrangler tail
fly status
fly logs
heroku logs --tail
heroku ps
supabase start
supabase status
supabase gen types typescript
systemctl status nginx
systemctl --user status app
systemctl list-units
systemctl restart app
journalctl -u nginx -n 50
service nginx status
brew install jq
brew services list
brew uninstall jq
apt list --installed
apt-get install -y jq
apt-get update
psql -c 'select 1'
psql -c '\\d users'
psql "$DATABASE_URL" -c "select * from users limit 5"
psql -d x -f schema.sql
mysql -e 'SHOW TABLES'
sqlite3 x.db '.tables'
sqlite3 x.db 'select * from users'
redis-cli ping
redis-cli get key
redis-cli keys '*'
mongosh --eval 'db.users.find()'
createdb x
pg_dump x > dump.sql
mysqldump x > dump.sql
crontab -l
ip addr
ip route show
ifconfig
netstat -tlnp
ss -tlnp
iptables -L
ufw status
mount
lsblk
fdisk -l
pm2 list
pm2 logs
pm2 restart app
tmux ls
code .
man ls
history | tail
export CI=1 && npm test
source .venv/bin/activate && pytest
NODE_ENV=test npx vitest run
CI=1 npm test
for f in src/*.ts; do echo $f; done
for f in *.png; do cp "$f" out/; done
while ! curl -sf http://localhost:3000/health; do sleep 1; done
if [ -f a ]; then cat a; fi
git add -A && git commit -m 'x' && git push
cat > src/a.ts <<'E'\\nexport const a = 1;\\nE
cat > notes.md <<'E'\\nrun git reset --hard or rm -rf x\\nE
cat a b > c
cat a >> b
ls > files.txt
npm ls --json > deps.json
node gen.js > src/gen.ts
git diff > fix.patch
exec > build.log 2>&1
command git status
timeout 60 npm test
nohup npm start > out.log 2>&1 &
time npm run build
xargs -n1 npm view < names.txt
git ls-files | xargs wc -l
rm --help
git push --help
npm publish --help
terraform destroy --help
echo 'select 1' | psql app
echo 'drop table x' > migrations/1.sql
cat q.sql | psql app
psql -Atc 'select 1' app
sqlite3 "$DB" 'select 1'
sqlite3 "$DB"
redis-cli -h x info
gh api graphql -f query='{ viewer { login } }'
gh workflow list
docker service scale web=3
docker buildx build --output type=local,dest=out .
aws cloudformation describe-stacks
aws s3api get-bucket-policy --bucket x
fly scale show
stripe customers list
fd -e log -x wc -l
ngrok --version
crontab -l | head
git config --get remote.origin.url
git diff --name-only | xargs npx prettier --write
aws logs filter-log-events --filter-pattern 'drop'
aws athena start-query-execution --query-string 'select 1'
rails runner 'puts User.count'
python manage.py shell -c 'print(User.objects.count())'
gh pr close 1
iptables -L
ufw status
npx aws-cdk diff
docker compose build --pull
`
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => line.replaceAll("\\n", "\n"));
