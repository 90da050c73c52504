/** What people write in living languages where a coding agent works for them: a table for each. */

export interface Language {
  readonly name: string;
  readonly isRightToLeft?: true;
  /** Subjects of commits and titles of requests. */
  readonly subjects: readonly string[];
  /** What such a thing is about, in brackets: `feat(login): …`. */
  readonly scopes: readonly string[];
  /** Lines of a commit's body, entries of a list. */
  readonly points: readonly string[];
  /** Sentences as in a document, a comment, or a request. */
  readonly sentences: readonly string[];
  /** Labels of an application. */
  readonly labels: readonly string[];
}

function lines(text: string): string[] {
  return text.trim().split(/\s*\n\s*/);
}

export const LANGUAGES: readonly Language[] = [
  {
    name: "English",
    subjects: lines(`add a form to log in
      don't crash when the list is empty
      “remember me” keeps the session
      handle 404 – and say so
      update the user's guide → v2
      speed up search (3× faster)
      remove the old café menu
      rename résumé to profile`),
    scopes: lines(`auth
      api
      naïve-bayes`),
    points: lines(`validate the e-mail address; show what's wrong
      keep the old link | redirect to the new one
      “Save” is disabled while it's busy
      see https://example.com/docs#login for more…`),
    sentences: lines(`This project helps you to keep notes, and to find them again.
      Run it once – then it's cached.
      Don't change this by hand: it's generated.
      What happens if the user isn't logged in?`),
    labels: lines(`Log in
      Sign out
      Could not save
      Loading…`),
  },
  {
    name: "Chinese",
    subjects: lines(`添加登录表单
      修复列表为空时的崩溃
      支持“记住我”功能
      优化搜索性能，提升3倍
      更新用户指南（第二版）
      重构：拆分解析器；删除旧代码
      处理超时、重试和错误
      文档：补充《快速开始》一节
      升级依赖到 v2.1，修复安全漏洞
      修正「设置」页面的错别字`),
    scopes: lines(`登录
      接口
      用户界面`),
    points: lines(`校验邮箱地址；显示错误信息
      兼容旧链接（重定向到新地址）
      保存时禁用“提交”按钮
      详见文档：https://example.com/docs
      进度：100％完成，耗时1～2分钟
      新增功能——支持多语言`),
    sentences: lines(`本项目用于记录和查找笔记，支持全文搜索。
      不要手动修改此文件：它是自动生成的。
      如果用户未登录，会发生什么？
      请先运行安装命令，然后启动服务器（端口3000）。
      注意：该操作不可撤销！`),
    labels: lines(`登录
      退出登录
      保存失败，请重试
      加载中……`),
  },
  {
    name: "Japanese",
    subjects: lines(`ログインフォームを追加
      リストが空の場合のクラッシュを修正
      「記憶する」オプションに対応
      検索を高速化（約3倍）
      ユーザーガイドを更新しました
      リファクタ：パーサーを分割
      タイムアウト・再試行・エラーを処理
      依存関係をv2.1へアップデート`),
    scopes: lines(`認証
      サーバー
      画面`),
    points: lines(`メールアドレスを検証する。エラーを表示する
      古いリンクは新しいページへリダイレクト
      保存中は『送信』ボタンを無効化
      詳細はこちら→https://example.com/docs
      所要時間：1〜2分`),
    sentences: lines(`このプロジェクトはノートを記録・検索するためのツールです。
      このファイルは自動生成されます。手で編集しないでください。
      ユーザーがログインしていない場合はどうなりますか？
      まずインストールし、次にサーバー（ポート3000）を起動します。
      セットアップ　手順`),
    labels: lines(`ログイン
      ログアウト
      保存できませんでした
      読み込み中…`),
  },
  {
    name: "Korean",
    subjects: lines(`로그인 폼 추가
      목록이 비어 있을 때 충돌 수정
      ‘기억하기’ 기능 지원
      검색 속도 개선(약 3배)
      사용자 가이드 업데이트
      리팩터링: 파서 분리
      시간 초과·재시도·오류 처리
      의존성 v2.1로 업그레이드`),
    scopes: lines(`로그인
      서버
      화면`),
    points: lines(`이메일 주소를 검증하고 오류를 표시
      이전 링크는 새 페이지로 이동
      저장하는 동안 “제출” 버튼 비활성화
      자세한 내용: https://example.com/docs`),
    sentences: lines(`이 프로젝트는 메모를 기록하고 찾는 도구입니다.
      이 파일은 자동으로 생성되므로 직접 수정하지 마세요.
      사용자가 로그인하지 않으면 어떻게 되나요?
      먼저 설치한 다음 서버(포트 3000)를 시작하세요.`),
    labels: lines(`로그인
      로그아웃
      저장하지 못했습니다
      불러오는 중…`),
  },
  {
    name: "German",
    subjects: lines(`Anmeldeformular hinzufügen
      Absturz bei leerer Liste beheben
      „Angemeldet bleiben“ unterstützen
      Suche beschleunigen (dreimal so schnell)
      Überflüssige Abhängigkeiten entfernen
      Größe der Schaltflächen ändern – jetzt 44 px
      Übersetzungen für Österreich ergänzen
      Fehlermeldung präzisieren: „Größe ungültig“`),
    scopes: lines(`anmeldung
      schnittstelle
      oberfläche`),
    points: lines(`E-Mail-Adresse prüfen; Fehler anzeigen
      alte Verknüpfungen bleiben gültig (Weiterleitung)
      „Speichern“ ist währenddessen gesperrt
      Näheres unter https://example.com/docs …`),
    sentences: lines(`Änderungen an dieser Datei gehen verloren: Sie wird erzeugt.
      Über dieses Projekt: Notizen schreiben und wiederfinden.
      Was passiert, wenn niemand angemeldet ist?
      Öffne danach die Adresse im Browser – fertig.`),
    labels: lines(`Anmelden
      Abmelden
      Speichern nicht möglich
      Lädt …`),
  },
  {
    name: "French",
    subjects: lines(`ajout du formulaire de connexion
      corrige le plantage quand la liste est vide
      prise en charge de « Se souvenir de moi »
      accélère la recherche (trois fois plus rapide)
      met à jour le guide de l’utilisateur
      supprime l'ancienne page d’accueil
      À propos : nouvelle page
      évite une requête inutile`),
    scopes: lines(`connexion
      interface
      réseau`),
    points: lines(`vérifie l’adresse e-mail ; affiche l’erreur
      conserve les anciens liens (redirection)
      le bouton « Enregistrer » est désactivé
      voir https://example.com/docs pour plus d'informations`),
    sentences: lines(`Ce projet sert à prendre des notes et à les retrouver.
      À ne pas modifier : ce fichier est généré.
      Que se passe-t-il si l’utilisateur n’est pas connecté ?
      Étape suivante : lancez le serveur (port 3000).`),
    labels: lines(`Se connecter
      Se déconnecter
      Échec de l’enregistrement
      Chargement…`),
  },
  {
    name: "Spanish",
    subjects: lines(`añadir formulario de inicio de sesión
      corregir el fallo cuando la lista está vacía
      «Recordarme» mantiene la sesión
      acelerar la búsqueda (tres veces más rápida)
      actualizar la guía del usuario
      eliminar código que ya no se usa
      ¿Por qué falla? Mostrar el motivo
      ¡Listo! versión en español`),
    scopes: lines(`sesión
      interfaz
      búsqueda`),
    points: lines(`validar el correo electrónico; mostrar el error
      los enlaces antiguos siguen funcionando (redirección)
      el botón “Guardar” queda desactivado
      más información en https://example.com/docs`),
    sentences: lines(`Este proyecto sirve para tomar notas y encontrarlas después.
      ¡No edites este archivo! Se genera automáticamente.
      ¿Qué pasa si el usuario no ha iniciado sesión?
      Después, abre la dirección en el navegador.`),
    labels: lines(`Iniciar sesión
      Cerrar sesión
      No se pudo guardar
      Cargando…`),
  },
  {
    name: "Portuguese",
    subjects: lines(`adiciona formulário de autenticação
      corrige falha quando a lista está vazia
      opção “Lembrar-me” mantém a sessão
      acelera a busca (três vezes mais rápida)
      atualiza o guia do usuário
      remove código não utilizado
      trata exceções na importação
      versão em português – revisão`),
    scopes: lines(`sessão
      configuração
      busca`),
    points: lines(`valida o e-mail; mostra a mensagem de erro
      links antigos continuam válidos (redirecionamento)
      o botão “Salvar” fica desativado
      mais informações em https://example.com/docs`),
    sentences: lines(`Este projeto serve para fazer anotações e encontrá-las depois.
      Não edite este arquivo: ele é gerado automaticamente.
      O que acontece se o usuário não estiver autenticado?
      Em seguida, abra o endereço no navegador.`),
    labels: lines(`Entrar
      Sair
      Não foi possível salvar
      Carregando…`),
  },
  {
    name: "Russian",
    subjects: lines(`добавить форму входа
      исправить сбой при пустом списке
      поддержка «запомнить меня»
      ускорить поиск (в три раза)
      обновить руководство пользователя
      удалить неиспользуемый код
      обработка ошибок – повтор запроса
      переименовать файл в отчёт`),
    scopes: lines(`вход
      интерфейс
      поиск`),
    points: lines(`проверять адрес почты; показывать ошибку
      старые ссылки работают (перенаправление)
      кнопка „Сохранить“ недоступна
      подробнее: https://example.com/docs`),
    sentences: lines(`Этот проект помогает вести заметки и находить их.
      Не изменяйте этот файл вручную: он создаётся автоматически.
      Что будет, если пользователь не вошёл?
      Затем откройте адрес в браузере.`),
    labels: lines(`Войти
      Выйти
      Не удалось сохранить
      Загрузка…`),
  },
  {
    name: "Arabic",
    isRightToLeft: true,
    subjects: lines(`إضافة نموذج تسجيل الدخول
      إصلاح العطل عندما تكون القائمة فارغة
      دعم خيار «تذكرني»
      تسريع البحث (ثلاث مرات)
      تحديث دليل المستخدم
      حذف الشيفرة القديمة، وإضافة اختبارات
      معالجة الأخطاء: المهلة وإعادة المحاولة
      ترقية الحزم إلى v2.1`),
    scopes: lines(`الدخول
      الواجهة
      البحث`),
    points: lines(`التحقق من البريد الإلكتروني؛ عرض الخطأ
      الروابط القديمة تعمل (إعادة توجيه)
      زر “حفظ” معطّل أثناء الإرسال
      هل يعمل على الهاتف؟ نعم`),
    sentences: lines(`يساعدك هذا المشروع على تدوين الملاحظات والعثور عليها.
      لا تعدّل هذا الملف يدويًا: يتم إنشاؤه تلقائيًا.
      ماذا يحدث إذا لم يسجل المستخدم الدخول؟
      ثم افتح العنوان في المتصفح.`),
    labels: lines(`تسجيل الدخول
      تسجيل الخروج
      تعذّر الحفظ
      جارٍ التحميل…`),
  },
  {
    name: "Hebrew",
    isRightToLeft: true,
    subjects: lines(`הוספת טופס התחברות
      תיקון קריסה כשהרשימה ריקה
      תמיכה ב„זכור אותי”
      האצת החיפוש (פי 3)
      עדכון המדריך למשתמש
      הסרת קוד ישן, והוספת בדיקות
      טיפול בשגיאות: ניסיון חוזר
      שדרוג החבילות לגרסה v2.1`),
    scopes: lines(`התחברות
      ממשק
      חיפוש`),
    points: lines(`בדיקת כתובת הדוא״ל והצגת השגיאה
      קישורים ישנים ממשיכים לעבוד (הפניה)
      הכפתור “שמירה” מושבת בזמן השליחה
      האם זה עובד בטלפון? כן`),
    sentences: lines(`הפרויקט עוזר לרשום הערות ולמצוא אותן.
      אין לערוך את הקובץ ידנית: הוא נוצר אוטומטית.
      מה קורה אם המשתמש לא מחובר?
      לאחר מכן פתחו את הכתובת בדפדפן.`),
    labels: lines(`התחברות
      התנתקות
      השמירה נכשלה
      טוען…`),
  },
  {
    name: "Persian",
    isRightToLeft: true,
    subjects: lines(`افزودن فرم ورود
      رفع خطا هنگام خالی بودن فهرست
      پشتیبانی از «مرا به خاطر بسپار»
      جست‌وجو سریع‌تر شد (۳ برابر)
      به‌روزرسانی راهنمای کاربر
      حذف کدهای قدیمی و افزودن آزمون‌ها
      مدیریت خطاها: تلاش دوباره
      نسخهٔ ۲ منتشر می‌شود`),
    scopes: lines(`ورود
      رابط
      جست‌وجو`),
    points: lines(`بررسی نشانی ایمیل؛ نمایش خطا
      پیوندهای قدیمی کار می‌کنند (تغییر مسیر)
      دکمهٔ «ذخیره» غیرفعال می‌شود
      آیا روی گوشی کار می‌کند؟ بله`),
    sentences: lines(`این پروژه به شما کمک می‌کند یادداشت‌ها را پیدا کنید.
      این فایل را دستی ویرایش نکنید: خودکار ساخته می‌شود.
      اگر کاربر وارد نشده باشد چه می‌شود؟
      سپس نشانی را در مرورگر باز کنید.`),
    labels: lines(`ورود
      خروج
      ذخیره نشد
      در حال بارگذاری…`),
  },
  {
    name: "Hindi",
    subjects: lines(`लॉगिन फ़ॉर्म जोड़ें
      सूची खाली होने पर क्रैश ठीक करें
      “मुझे याद रखें” विकल्प
      खोज को तेज़ किया (तीन गुना)
      उपयोगकर्ता मार्गदर्शिका अपडेट करें
      पुराना कोड हटाया; परीक्षण जोड़े
      त्रुटियाँ: फिर से प्रयास करें
      संस्करण २ जारी किया`),
    scopes: lines(`लॉगिन
      खोज
      सर्वर`),
    points: lines(`ईमेल पते की जाँच करें; त्रुटि दिखाएँ
      पुराने लिंक काम करते हैं (रीडायरेक्ट)
      “सहेजें” बटन बंद रहता है।
      विवरण: https://example.com/docs`),
    sentences: lines(`यह परियोजना नोट लिखने और खोजने में मदद करती है।
      इस फ़ाइल को हाथ से न बदलें: यह अपने आप बनती है।
      यदि उपयोगकर्ता लॉग इन नहीं है तो क्या होगा?
      फिर ब्राउज़र में पता खोलें।`),
    labels: lines(`लॉग इन
      लॉग आउट
      सहेजा नहीं जा सका
      लोड हो रहा है…`),
  },
];
